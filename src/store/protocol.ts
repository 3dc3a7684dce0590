/** What travels between the main thread and the database's: calls of the stores and their results. */
import type { AccountStore } from './AccountStore.js';
import { type ChatStore, StoreUnavailable } from './ChatStore.js';
import type { OversightStore } from './OversightStore.js';
import type { TimelineLog } from './TimelineLog.js';

/** The stores that live in the thread. */
export interface Stores {
  chats: ChatStore;
  accounts: AccountStore;
  oversight: OversightStore;
  /** Only where several nodes share a database. */
  timelines?: TimelineLog;
}

/** The stores with the data they hold; `chats.close` closes both. */
export interface OpenedStores extends Stores {
  /** Gives the data to other processes. After it is closed. */
  unlock(): void;
}

export interface StoreCall {
  callId: number;
  store: keyof Stores;
  method: string;
  args: unknown[];
}

export interface StoreFailure {
  message: string;
  stack?: string | undefined;
  /** Set for a StoreUnavailable: whether it is fatal. */
  unavailable?: { fatal: boolean };
}

export type StoreResult =
  | { callId: number; value: unknown }
  | { callId: number; failure: StoreFailure };

/** The result of opening the database travels as the answer to this call. */
export const OPENING = 0;

/** An error as it travels: the engine's own are no errors any more on the other side. */
export function describe(error: unknown): StoreFailure {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (!(error instanceof StoreUnavailable)) return { message, stack };
  return { message, stack, unavailable: { fatal: error.fatal } };
}

export function revive({ message, stack, unavailable }: StoreFailure): Error {
  const error = unavailable ? new StoreUnavailable(message, unavailable.fatal) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
