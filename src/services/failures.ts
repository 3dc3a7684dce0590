import { ChatError } from '../errors.js';
import { StoreUnavailable } from '../store/ChatStore.js';

/** What a client is told of whatever was thrown; undefined: it was none of their doing, and a fault. */
export function toChatError(thrown: unknown): ChatError | undefined {
  if (thrown instanceof ChatError) return thrown;
  return thrown instanceof StoreUnavailable ? new ChatError('store_unavailable') : undefined;
}
