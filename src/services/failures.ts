import { ChatError } from '../errors.js';
import type { Logger } from '../log.js';
import { StoreUnavailable } from '../store/ChatStore.js';

/**
 * What a client is told of whatever was thrown; what was none of their doing goes into the log, once.
 * @param where what failed, for the log
 */
export function explain(thrown: unknown, log: Logger, where: object): ChatError {
  if (thrown instanceof ChatError) return thrown;
  if (thrown instanceof StoreUnavailable) {
    log.warn({ ...where, reason: thrown.message }, 'the store was unavailable');
    return new ChatError('store_unavailable');
  }
  log.error({ ...where, err: thrown }, 'what was asked for failed');
  return new ChatError('internal');
}
