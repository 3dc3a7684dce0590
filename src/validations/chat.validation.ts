/**
 * The shapes of the wire. Types are inferred from these schemas and written nowhere else.
 *
 * Events that change something drop keys they do not know (a stock client may add its own, and none
 * has an effect); queries refuse them, because there a misspelt `afterSeq` would silently give
 * another page.
 */
import { z } from 'zod';

/** Longest `content`, in Unicode code points. */
export const CONTENT_LIMIT = 8000;

/** White space and invisible format characters (zero-width, joiners, byte order mark …) alone say nothing. */
const BLANK = /^[\s\p{Cf}\p{Zs}\u2800\u3164\u115F\u1160]*$/u;

/** The name by which an identity is known: `userId` or `adminId`, chosen by the site or by us. */
export const participantId = z
  .string({ error: 'must be a string' })
  .regex(/^[\p{L}\p{N}_][\p{L}\p{M}\p{N}._:@|+=~/-]{0,127}$/u, {
    error: 'must be 1 to 128 letters, digits or . _ : @ | + = ~ / -',
  })
  .refine((id) => id === id.normalize('NFC'), { error: 'must be in Unicode normal form NFC' });

/** Random (UUID version 4) and made by the server: knowing one cannot be guessed into. */
export const chatId = z
  .string({ error: 'must be a string' })
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, { error: 'must be the id of a chat' });

/** Position in the timeline of a chat: 1, 2, 3 … without a gap. */
const seq = z.int({ error: 'must be a whole number' }).min(0, { error: 'must not be negative' });

/** Code points, not UTF-16 units, counted without building an array of them. */
function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

export const content = z
  .string({ error: 'must be a string' })
  .max(CONTENT_LIMIT * 2, { error: `must have at most ${CONTENT_LIMIT} characters`, abort: true })
  .refine((text) => text.length <= CONTENT_LIMIT || codePoints(text) <= CONTENT_LIMIT, {
    error: `must have at most ${CONTENT_LIMIT} characters`,
  })
  .refine((text) => !BLANK.test(text), { error: 'must not be blank' })
  // What a database cannot hold byte for byte is refused, not mended behind the sender's back.
  .refine((text) => text.isWellFormed() && !text.includes('\0'), {
    error: 'must be well-formed Unicode without NUL',
  });

/** Given by a client so that a repeat is recognised (P2). */
export const clientMessageId = z
  .string({ error: 'must be a string' })
  .regex(/^[\x21-\x7e]{1,128}$/, { error: 'must be 1 to 128 visible ASCII characters' });

/** The specification sends `senderId` and `receiverId`; both are checked, neither is believed. */
const claimedId = z.string({ error: 'must be a string' }).max(128, { error: 'is too long' });

export const noPayload = z.union([z.object({}), z.null(), z.undefined()], {
  error: 'must be empty',
});

export const messagePayload = z.object({
  chatId,
  senderId: claimedId.optional(),
  receiverId: claimedId.nullish(),
  content,
  clientMessageId: clientMessageId.optional(),
});

export const chatPayload = z.object({ chatId });

export const getMessagesPayload = z
  .strictObject({
    chatId,
    afterSeq: seq.optional(),
    beforeSeq: seq.optional(),
    limit: z.int({ error: 'must be a whole number' }).min(1).max(200).default(50),
  })
  .refine((page) => page.afterSeq === undefined || page.beforeSeq === undefined, {
    error: 'give afterSeq or beforeSeq, not both',
  });

/** A query without a payload is the query for the first page. JSON has no undefined, only null. */
const page = <T extends z.ZodRawShape>(shape: T) =>
  z.preprocess((payload) => payload ?? {}, z.strictObject(shape));

export const getUnassignedChatsPayload = page({
  cursor: chatId.optional(),
  limit: z.int({ error: 'must be a whole number' }).min(1).max(500).default(500),
});

const chatsShape = {
  status: z.enum(['open', 'ended'], { error: 'must be open or ended' }).optional(),
  cursor: chatId.optional(),
  limit: z.int({ error: 'must be a whole number' }).min(1).max(200).default(50),
};

export const getChatsPayload = page(chatsShape);

export const getAdminChatsPayload = page({
  ...chatsShape,
  scope: z.enum(['own', 'all'], { error: 'must be own or all' }).default('own'),
});

/** ISO 8601 in UTC, to the millisecond: `2026-01-31T12:00:00.000Z`. */
const time = z.iso.datetime();

/** The chat room object of the specification. */
export const chat = z.object({
  chatId,
  userId: participantId,
  adminId: participantId.nullable(),
  status: z.enum(['unassigned', 'assigned', 'ended']),
  lastSeq: seq,
  createdAt: time,
  assignedAt: time.nullable(),
  /** `seq` of the assignment in force. */
  assignedSeq: seq.nullable(),
  endedAt: time.nullable(),
  endedBy: participantId.nullable(),
});

/** The message object of the specification, and every other entry of a timeline. */
export const message = z.object({
  messageId: z.string(),
  chatId,
  seq: seq.min(1),
  kind: z.enum(['message', 'assignment', 'end']),
  senderId: participantId,
  senderRole: z.enum(['user', 'admin']),
  receiverId: participantId.nullable(),
  content: z.string(),
  clientMessageId: clientMessageId.optional(),
  createdAt: time,
});

export const chatAssigned = z.object({
  chatId,
  adminId: participantId,
  userId: participantId,
  seq,
  assignedAt: time,
});

export const chatEnded = z.object({ chatId, endedBy: participantId, endedAt: time, seq });

/** The last `seq` of chats: whoever has less asks `get_messages` for the rest. */
export const heartbeat = z.object({ chats: z.array(z.object({ chatId, lastSeq: seq })) });

export const messagesPage = z.object({ messages: z.array(message), hasMore: z.boolean() });
/** `nextCursor` is given to the next call as `cursor`; null on the last page. */
export const chatsPage = z.object({ chats: z.array(chat), nextCursor: chatId.nullable() });

export type Chat = z.infer<typeof chat>;
export type Message = z.infer<typeof message>;
export type ChatEnded = z.infer<typeof chatEnded>;
export type MessagesPage = z.infer<typeof messagesPage>;
export type ChatsPage = z.infer<typeof chatsPage>;
export type MessagePayload = z.infer<typeof messagePayload>;
export type GetMessages = z.infer<typeof getMessagesPayload>;
export type GetChats = z.infer<typeof getAdminChatsPayload>;
export type GetUnassignedChats = z.infer<typeof getUnassignedChatsPayload>;
