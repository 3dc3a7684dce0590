/**
 * The timelines as a log that several nodes write and read. A node that was not told of an entry finds
 * it here; what is written here is all there is to know (P8).
 */
import type { Actor } from '../auth/policy.js';
import type { Chat, Message } from '../validations/chat.validation.js';
import type { OpenChat } from './ChatStore.js';

/** A point in the log: the highest numbers of entries and of chats that could be seen then. */
export interface LogMark {
  entryNo: number;
  chatNo: number;
}

/** What there is for an identity at one point. */
export interface LogArrival {
  open: OpenChat[];
  mark: LogMark;
}

/** A chat in which something was written, by whichever node. */
export interface LogNews {
  chatId: string;
  userId: string;
  /** Who has the chat now. */
  adminId: string | null;
  lastSeq: number;
  /** `seq` of its newest entry that every admin hears of, 0 for its start; null: there is none. */
  deskSeq: number | null;
}

export interface LogQuery {
  chatId: string;
  /** A `seq`, or what was not there at a mark. */
  after: number | LogMark;
  /** Entries at most. Default: 200. */
  limit?: number | undefined;
}

/** A chat as it is now, and what was asked for, rising. */
export interface LogPage {
  chat: Chat;
  /** The `seq` before the first entry; -1 when even the start of the chat was asked for. */
  afterSeq: number;
  /** The entry there, if there is one: it says whose the chat was. */
  before: Message | undefined;
  entries: Message[];
}

export interface TimelineLog {
  /** Open chats as `getOpenChats` gives them, with the mark of the very same moment. */
  arrive(actor: Actor): Promise<LogArrival>;
  /** What became visible since the last call; the first call only marks the place. */
  news(): Promise<LogNews[]>;
  /** Pages of several timelines at once. Chats that do not exist are left out. */
  read(queries: LogQuery[]): Promise<LogPage[]>;
}
