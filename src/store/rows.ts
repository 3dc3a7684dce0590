/** Between rows and the objects of the wire. */
import type { Selectable } from 'kysely';
import { messageIdOf } from '../timeline/decide.js';
import type { Chat, Message } from '../validations/chat.validation.js';
import type { ChatRow, MessageRow } from './schema.js';

type StoredChat = Omit<ChatRow, 'chat_no'>;
type StoredMessage = Omit<MessageRow, 'message_no'>;
export type NewMessage = Omit<StoredMessage, 'erased_at'>;

const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());
const milliseconds = (time: string | null) => (time === null ? null : parseTime(time));

/** Most times in a batch are the same one, so the last is remembered. */
let parsed = { time: '', milliseconds: 0 };

function parseTime(time: string): number {
  if (time !== parsed.time) parsed = { time, milliseconds: Date.parse(time) };
  return parsed.milliseconds;
}

export function toChat(row: StoredChat): Chat {
  return {
    chatId: row.chat_id,
    userId: row.user_id,
    adminId: row.admin_id,
    status: row.status,
    lastSeq: row.last_seq,
    createdAt: new Date(row.created_at).toISOString(),
    assignedAt: iso(row.assigned_at),
    assignedSeq: row.assigned_seq,
    endedAt: iso(row.ended_at),
    endedBy: row.ended_by,
    firstResponseAt: iso(row.first_response_at),
    marks: {
      user: { deliveredSeq: row.user_delivered_seq, seenSeq: row.user_seen_seq },
      admin: { deliveredSeq: row.admin_delivered_seq, seenSeq: row.admin_seen_seq },
    },
  };
}

/** What a message or a mark changes of a chat; none of it stands in an index. */
export type Progress = Pick<
  StoredChat,
  | 'last_seq'
  | 'first_response_at'
  | 'user_delivered_seq'
  | 'user_seen_seq'
  | 'admin_delivered_seq'
  | 'admin_seen_seq'
>;

export function progressOf({ lastSeq, firstResponseAt, marks: { user, admin } }: Chat): Progress {
  return {
    last_seq: lastSeq,
    first_response_at: milliseconds(firstResponseAt),
    user_delivered_seq: user.deliveredSeq,
    user_seen_seq: user.seenSeq,
    admin_delivered_seq: admin.deliveredSeq,
    admin_seen_seq: admin.seenSeq,
  };
}

export function fromChat(chat: Chat): StoredChat {
  return {
    chat_id: chat.chatId,
    user_id: chat.userId,
    admin_id: chat.adminId,
    status: chat.status,
    created_at: parseTime(chat.createdAt),
    assigned_at: milliseconds(chat.assignedAt),
    assigned_seq: chat.assignedSeq,
    ended_at: milliseconds(chat.endedAt),
    ended_by: chat.endedBy,
    ...progressOf(chat),
  };
}

export function toMessage(chatId: string, row: Selectable<StoredMessage>): Message {
  const message: Message = {
    messageId: messageIdOf(chatId, row.seq),
    chatId,
    seq: row.seq,
    kind: row.kind,
    senderId: row.sender_id,
    senderRole: row.sender_role,
    receiverId: row.receiver_id,
    content: row.content,
    createdAt: new Date(row.created_at).toISOString(),
  };
  if (row.client_message_id !== null) message.clientMessageId = row.client_message_id;
  if (row.erased_at !== null) message.erasedAt = new Date(row.erased_at).toISOString();
  return message;
}

export function fromMessage(chatNo: number, message: Message): NewMessage {
  return {
    chat_no: chatNo,
    seq: message.seq,
    kind: message.kind,
    sender_role: message.senderRole,
    sender_id: message.senderId,
    receiver_id: message.receiverId,
    content: message.content,
    client_message_id: message.clientMessageId ?? null,
    created_at: parseTime(message.createdAt),
  };
}
