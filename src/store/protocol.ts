/** What travels between the main thread and the database's: calls of `ChatStore` and their results. */
import type { ChatStore } from './ChatStore.js';

export type StoreMethod = keyof ChatStore;

export interface StoreCall {
  callId: number;
  method: StoreMethod;
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
