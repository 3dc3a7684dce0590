/** Between rows and the objects of the wire. */
import type { Selectable } from 'kysely';
import { messageIdOf } from '../timeline/decide.js';
import type { Chat, Message } from '../validations/chat.validation.js';
import type { ChatRow, MessageRow } from './schema.js';

type StoredChat = Omit<ChatRow, 'chat_no'>;
type StoredMessage = Omit<MessageRow, 'message_no'>;
export type NewMessage = Omit<StoredMessage, 'erased_at'>;

const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());
const milliseconds = (time: string | null) => (time === null ? null : Date.parse(time));

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

export function fromChat(chat: Chat): StoredChat {
  return {
    chat_id: chat.chatId,
    user_id: chat.userId,
    admin_id: chat.adminId,
    status: chat.status,
    last_seq: chat.lastSeq,
    created_at: Date.parse(chat.createdAt),
    assigned_at: milliseconds(chat.assignedAt),
    assigned_seq: chat.assignedSeq,
    ended_at: milliseconds(chat.endedAt),
    ended_by: chat.endedBy,
    first_response_at: milliseconds(chat.firstResponseAt),
    user_delivered_seq: chat.marks.user.deliveredSeq,
    user_seen_seq: chat.marks.user.seenSeq,
    admin_delivered_seq: chat.marks.admin.deliveredSeq,
    admin_seen_seq: chat.marks.admin.seenSeq,
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
    created_at: Date.parse(message.createdAt),
  };
}
