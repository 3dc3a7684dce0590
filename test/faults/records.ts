/** What clients write down themselves, and the history that is read at the end. */
import type { Chat, Message } from '../../src/validations/chat.validation.js';

/** A message that a client has sent, once or several times. */
export interface SentMessage {
  chatId: string;
  /** Unique in the whole run, so that it can be found whatever its key. */
  content: string;
  clientMessageId: string | undefined;
  /** When it was sent, by the client's own count of what it did and heard, and on which connection. */
  tries: { at: number; connection: number }[];
  /** By the same count, when it was acked first. */
  ackedAt: number | undefined;
  /** One for each time it was acked. */
  acks: Message[];
  /** Why it can never have been kept: a refusal that was final. Undefined otherwise. */
  refused: string | undefined;
}

/** An event of the live feed that carries a position in a timeline. */
export interface LiveEvent {
  /** Which of the client's connections, one after the other, it came by. */
  connection: number;
  chatId: string;
  seq: number;
  /** What it says has happened there. */
  kind: Message['kind'];
  /** Of a `new_message`. */
  message: Message | undefined;
}

/** What one client knows, in the order in which it came to know it. */
export interface ClientRecord {
  id: string;
  side: 'user' | 'admin';
  sent: SentMessage[];
  live: LiveEvent[];
  /** What `get_messages` gave when something was missing. */
  filled: Message[];
  /** What was read right after an ack, from whichever node: whether the acked message was there. */
  readBack: { messageId: string; found: boolean }[];
  /** Events that had no answer in time although the connection lived, with milliseconds. */
  late: { event: string; took: number }[];
  /** Assignments that an admin was told they had won: chat and `seq`. */
  won: string[];
  /** Chats and `seq` of every `new_chat_request`. */
  requests: string[];
  /** Chats that wait now, as far as an admin knows. */
  waiting: Set<string>;
}

/** A chat as it is in the end. */
export interface History {
  chat: Chat;
  entries: Message[];
}

export const emptyRecord = (id: string, side: ClientRecord['side']): ClientRecord => ({
  ...{ id, side, sent: [], live: [], filled: [], readBack: [], late: [], won: [], requests: [] },
  waiting: new Set(),
});
