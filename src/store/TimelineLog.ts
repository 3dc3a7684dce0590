/**
 * The timelines as a log that several nodes write and read. A node that was not told of an entry finds
 * it here; what is written here is all there is to know (P8).
 */
import type { Chat, Message } from '../validations/chat.validation.js';

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
  afterSeq: number;
}

/** A chat as it is now, and the entries after the asked `seq`, rising; 200 at most. */
export interface LogPage {
  chat: Chat;
  entries: Message[];
}

export interface TimelineLog {
  /** What was written since the last call; the first call only marks the place. */
  news(): Promise<LogNews[]>;
  /** Pages of several timelines at once. Chats that do not exist are left out. */
  read(queries: LogQuery[]): Promise<LogPage[]>;
}
