/**
 * The seam for what the law and the desk's supervisors ask for: access that is taken away, a log of
 * who did what, and people who are shown what is kept about them, or forgotten. Held to its contract
 * like `ChatStore`.
 */
import type { Chat, Message } from '../validations/chat.validation.js';

/** A proof of identity that no longer counts. Times are milliseconds since 1970. */
export interface Revocation {
  /** A hash that names a token, or an identity whose proofs of before `revokedAt` are meant. */
  subject: string;
  revokedAt: number;
  /** When this is over, as a token that would have ended by itself; null: never. */
  expiresAt: number | null;
}

export interface AuditEntry {
  at: number;
  /** `user:ursula`, `admin:ana`, or `server`. */
  actor: string;
  action: string;
  /** Whom or what it concerns: `user:…`, `admin:…` or `chat:…`. */
  subject: string | null;
  /** From where. */
  address: string | null;
  details: string | null;
}

export interface AuditPage {
  entries: (AuditEntry & { auditNo: number })[];
  /** Given to the next call; null on the last page. */
  nextCursor: number | null;
}

/** A part of what is kept about a user: chats, and the entries of their timelines, in order. */
export interface ExportPage {
  chats: { chat: Chat; entries: Message[] }[];
  /** Where the next page begins; null after the last one. */
  next: ExportPosition | null;
}

/** The last entry that was given: of the chat with this number, at this `seq`. */
export interface ExportPosition {
  chatNo: number;
  seq: number;
}

export interface Erased {
  /** Who the user is from now on, in every row that named them. */
  pseudonym: string;
  /** With their last admins. */
  chats: { chatId: string; adminId: string | null }[];
  messages: number;
}

export interface OversightStore {
  /** Of two revocations of one subject the later counts; one for good stays one. */
  revoke(revocation: Revocation): Promise<void>;
  /** Whether one of the subjects was revoked, an identity at or after `issuedAt`. */
  isRevoked(tokenId: string | null, identity: string, issuedAt: number): Promise<boolean>;
  /** What was revoked at or after a time. */
  revokedSince(time: number): Promise<Revocation[]>;

  addAudit(entries: AuditEntry[]): Promise<void>;
  /** Newest first. */
  getAudit(cursor: number | null, limit: number): Promise<AuditPage>;

  exportUser(userId: string, after: ExportPosition | null): Promise<ExportPage>;
  /**
   * Erases a user, and puts that on record, in one transaction: content becomes empty, the name
   * becomes a pseudonym, and every `seq` stays. Afterwards no query shows it; the bytes have left the
   * files, or will by {@link scrub}.
   * @returns the chat that is still open and has to be ended before, or what was erased; null: nothing
   *   was kept, and nothing is put on record
   */
  eraseUser(userId: string, record: AuditEntry): Promise<Erased | { openChatId: string } | null>;
  /** Deletes chats, a bounded number, that ended before a time. @returns how many. */
  deleteEndedBefore(time: number): Promise<number>;
  /**
   * Forgets revocations that are over, and frees what was erased or deleted and is still in the files;
   * as long as that takes. What could not be freed is tried by the next call, also after a restart.
   * @returns whether there was anything to free
   */
  scrub(): Promise<boolean>;
}
