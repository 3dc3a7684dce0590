/** What a history needs, and whom it tells. */
import type { Ask, SharedEvents, Side } from './events.js';
import type { Outbox } from './Outbox.js';
import type { Chat, Message } from './wire.js';

/** What a history needs of its client. */
export interface HistoryLink {
  side: Side;
  selfId: string;
  outbox: Outbox;
  request: Ask<SharedEvents>;
  /** Whether this identity takes part in the chat, so that it is kept current unasked. */
  takesPart(chat: Chat | null): boolean;
}

/** Who shows a history. */
export interface HistoryView {
  /** Whether anybody looks. */
  readonly observed: boolean;
  changed(): void;
  /** Entries have come. @param news those that are new at the end */
  came(news: readonly Message[]): void;
}
