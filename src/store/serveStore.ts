import { parentPort } from 'node:worker_threads';
import { type ChatStore, StoreUnavailable } from './ChatStore.js';
import { OPENING, type StoreCall, type StoreFailure } from './protocol.js';

interface Opened {
  store: ChatStore;
  unlock(): void;
}

/** Opens a store in this thread and answers the main thread's calls until `close`. */
export async function serveStore(open: () => Promise<Opened>): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('serveStore runs in a worker thread');
  const answer = async (callId: number, work: () => Promise<unknown>) => {
    try {
      port.postMessage({ callId, value: await work() });
    } catch (error) {
      port.postMessage({ callId, failure: describe(error) });
    }
  };

  let opened: Opened;
  try {
    opened = await open();
  } catch (error) {
    port.postMessage({ callId: OPENING, failure: describe(error) });
    return;
  }
  const { store, unlock } = opened;
  port.on('message', ({ callId, method, args }: StoreCall) => {
    const call = store[method] as (...args: unknown[]) => Promise<unknown>;
    void answer(callId, async () => {
      const value = await call.apply(store, args);
      if (method === 'close') {
        unlock();
        port.unref(); // The answer leaves first; then nothing keeps the thread alive.
      }
      return value;
    });
  });
  port.postMessage({ callId: OPENING, value: undefined });
}

function describe(error: unknown): StoreFailure {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (!(error instanceof StoreUnavailable)) return { message, stack };
  return { message, stack, unavailable: { fatal: error.fatal } };
}
