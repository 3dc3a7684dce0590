/** The tables, as Kysely sees them. Times are milliseconds since 1970; on the wire they are ISO. */
import type { Generated } from 'kysely';
import type { Chat, Message } from '../validations/chat.validation.js';
import type { Account } from './AccountStore.js';

export interface ChatRow {
  /** Internal number: short in the indexes of `messages`, rising with creation. Never on the wire. */
  chat_no: Generated<number>;
  chat_id: string;
  user_id: string;
  admin_id: string | null;
  status: Chat['status'];
  last_seq: number;
  created_at: number;
  assigned_at: number | null;
  assigned_seq: number | null;
  ended_at: number | null;
  ended_by: string | null;
  first_response_at: number | null;
  user_delivered_seq: number;
  user_seen_seq: number;
  admin_delivered_seq: number;
  admin_seen_seq: number;
}

/** Append-only, in the order of arrival; unique by (chat_no, seq). */
export interface MessageRow {
  message_no: Generated<number>;
  chat_no: number;
  seq: number;
  kind: Message['kind'];
  sender_role: Message['senderRole'];
  sender_id: string;
  receiver_id: string | null;
  content: string;
  client_message_id: string | null;
  created_at: number;
  /** Set when its content was erased; null when it is written. */
  erased_at: Generated<number | null>;
}

/** Sums of what happened in an hour; `hour` is its first millisecond. */
export interface HourRow {
  hour: number;
  started: number;
  ended: number;
  responses: number;
  response_time: number;
  resolution_time: number;
}

/** How many chats are in a state now: one row, so that no query ever counts. */
export interface DeskRow {
  desk_no: number;
  waiting: number;
  active: number;
}

export interface AccountRow {
  admin_id: string;
  role: Account['role'];
  password_hash: string;
}

export interface SignInRow {
  session_id: string;
  admin_id: string;
  role: Account['role'] | null;
  expires_at: number;
}

/** Proofs that no longer count; `subject` is a hash. */
export interface RevocationRow {
  subject: string;
  revoked_at: number;
  /** When the proof would have ended by itself; null: of an identity, for good. */
  expires_at: number | null;
}

/** Who did what, to whom, from where; append-only. */
export interface AuditRow {
  audit_no: Generated<number>;
  at: number;
  actor: string;
  action: string;
  subject: string | null;
  address: string | null;
  details: string | null;
}

/** Deeds whose bytes may still be in dead rows; only on PostgreSQL. */
export interface UnscrubbedRow {
  mark_no: Generated<number>;
  at: number;
}

export interface Tables {
  chats: ChatRow;
  messages: MessageRow;
  hours: HourRow;
  desk: DeskRow;
  accounts: AccountRow;
  sign_ins: SignInRow;
  revocations: RevocationRow;
  audit: AuditRow;
  unscrubbed: UnscrubbedRow;
}
