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

/** How far a participant has got; `seenSeq` is also delivered. Neither ever falls. */
export const markMessagesPayload = z.object({
  chatId,
  deliveredSeq: seq.optional(),
  seenSeq: seq.optional(),
});

/** `preview` is what stands in the input now; a client sends it only where the site allows it. */
export const typingPayload = z.object({
  chatId,
  typing: z.boolean({ error: 'must be true or false' }),
  preview: z.string({ error: 'must be a string' }).max(1000, { error: 'is too long' }).optional(),
});

/** The page of the site on which a user is. */
export const page = z.object({
  url: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .max(2000, { error: 'is too long' }),
  title: z.string({ error: 'must be a string' }).max(300, { error: 'is too long' }).default(''),
});

/** The chat that an admin has before their eyes; null when none. */
export const lookPayload = z.object({ chatId: chatId.nullable() });

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
const query = <T extends z.ZodRawShape>(shape: T) =>
  z.preprocess((payload) => payload ?? {}, z.strictObject(shape));

export const getUnassignedChatsPayload = query({
  cursor: chatId.optional(),
  limit: z.int({ error: 'must be a whole number' }).min(1).max(500).default(500),
});

const chatsShape = {
  status: z.enum(['open', 'ended'], { error: 'must be open or ended' }).optional(),
  cursor: chatId.optional(),
  limit: z.int({ error: 'must be a whole number' }).min(1).max(200).default(50),
};

export const getChatsPayload = query(chatsShape);

export const getAdminChatsPayload = query({
  ...chatsShape,
  scope: z.enum(['own', 'all'], { error: 'must be own or all' }).default('own'),
  // Not `userId` and `adminId`: over HTTP those are who asks.
  ofUser: participantId.optional(),
  ofAdmin: participantId.optional(),
});

/** ISO 8601 in UTC, to the millisecond: `2026-01-31T12:00:00.000Z`. */
const time = z.iso.datetime();

/** How far one side of a chat has got. */
const mark = z.object({ deliveredSeq: seq, seenSeq: seq });

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
  /** When an admin first wrote. */
  firstResponseAt: time.nullable(),
  marks: z.object({ user: mark, admin: mark }),
});

/** The message object of the specification, and every other entry of a timeline. */
export const message = z.object({
  messageId: z.string(),
  chatId,
  seq: seq.min(1),
  kind: z.enum(['message', 'assignment', 'unassignment', 'end']),
  senderId: participantId,
  senderRole: z.enum(['user', 'admin']),
  receiverId: participantId.nullable(),
  content: z.string(),
  clientMessageId: clientMessageId.optional(),
  createdAt: time,
  /** When the content was erased: it is empty then, and the place of the message stays. */
  erasedAt: time.optional(),
});

export const chatAssigned = z.object({
  chatId,
  adminId: participantId,
  userId: participantId,
  seq,
  assignedAt: time,
});

/** `adminId` is who had it. */
export const chatUnassigned = z.object({
  chatId,
  adminId: participantId,
  userId: participantId,
  seq,
  unassignedAt: time,
});

export const messagesMarked = z.object({
  chatId,
  side: z.enum(['user', 'admin']),
  ...mark.shape,
});

export const typing = z.object({
  chatId,
  senderId: participantId,
  senderRole: z.enum(['user', 'admin']),
  typing: z.boolean(),
  preview: z.string().optional(),
});

/** Whether a user is connected, and where on the site they are, if their page tells. */
export const userPresence = z.object({
  userId: participantId,
  online: z.boolean(),
  page: page.nullable(),
});

/** Whether any admin is connected. */
export const supportPresence = z.object({ online: z.boolean() });

/** The admins who have a chat before their eyes. */
export const chatViewers = z.object({ chatId, adminIds: z.array(participantId) });

/** A chat whose user has been erased. */
export const chatErased = z.object({ chatId });

const hour = z.object({
  /** Start of the hour. */
  hour: time,
  started: z.int(),
  ended: z.int(),
  /** Mean milliseconds from start to the first message of an admin; null where there was none. */
  firstResponse: z.number().nullable(),
  /** Mean milliseconds from start to end. */
  resolution: z.number().nullable(),
});

/** The state of the desk now, and of the last 24 hours, oldest first; hours without chats are left out. */
export const overview = z.object({ waiting: z.int(), active: z.int(), hours: z.array(hour) });

export const nothing = z.object({});

export const chatEnded = z.object({ chatId, endedBy: participantId, endedAt: time, seq });

/** The last `seq` of chats: whoever has less asks `get_messages` for the rest. */
export const heartbeat = z.object({ chats: z.array(z.object({ chatId, lastSeq: seq })) });

export const messagesPage = z.object({ messages: z.array(message), hasMore: z.boolean() });
/** `nextCursor` is given to the next call as `cursor`; null on the last page. */
export const chatsPage = z.object({ chats: z.array(chat), nextCursor: chatId.nullable() });

export type Chat = z.infer<typeof chat>;
export type Message = z.infer<typeof message>;
export type ChatAssigned = z.infer<typeof chatAssigned>;
export type ChatViewers = z.infer<typeof chatViewers>;
export type ChatEnded = z.infer<typeof chatEnded>;
export type ChatUnassigned = z.infer<typeof chatUnassigned>;
export type MessagesMarked = z.infer<typeof messagesMarked>;
export type Typing = z.infer<typeof typingPayload>;
export type Page = z.infer<typeof page>;
export type UserPresence = z.infer<typeof userPresence>;
export type Overview = z.infer<typeof overview>;
export type MarkMessages = z.infer<typeof markMessagesPayload>;
export type MessagesPage = z.infer<typeof messagesPage>;
export type ChatsPage = z.infer<typeof chatsPage>;
export type MessagePayload = z.infer<typeof messagePayload>;
export type GetMessages = z.infer<typeof getMessagesPayload>;
export type GetChats = z.infer<typeof getAdminChatsPayload>;
export type GetUnassignedChats = z.infer<typeof getUnassignedChatsPayload>;
