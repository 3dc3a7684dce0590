import { parentPort } from 'node:worker_threads';
import { StoreUnavailable } from './ChatStore.js';
import { type PackedCommand, packOutcomes, unpackCommands } from './codec.js';
import { OPENING, type OpenedStores, type StoreCall, type StoreFailure } from './protocol.js';

/** Opens the stores in this thread and answers the main thread's calls until `close`. */
export async function serveStore(open: () => Promise<OpenedStores>): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('serveStore runs in a worker thread');
  const answer = async (callId: number, work: () => Promise<unknown>) => {
    try {
      port.postMessage({ callId, value: await work() });
    } catch (error) {
      port.postMessage({ callId, failure: describe(error) });
    }
  };

  let opened: OpenedStores;
  try {
    opened = await open();
  } catch (error) {
    port.postMessage({ callId: OPENING, failure: describe(error) });
    return;
  }
  port.on('message', ({ callId, store, method, args }: StoreCall) => {
    const target = opened[store] as unknown as Record<string, Method>;
    void answer(callId, async () => {
      if (store === 'chats' && method === 'append') {
        const commands = unpackCommands(args[0] as PackedCommand[]);
        return packOutcomes(await opened.chats.append(commands));
      }
      const value = await target[method]?.(...args);
      if (store === 'chats' && method === 'close') {
        opened.unlock();
        port.unref(); // The answer leaves first; then nothing keeps the thread alive.
      }
      return value;
    });
  });
  port.postMessage({ callId: OPENING, value: undefined });
}

type Method = (...args: unknown[]) => Promise<unknown>;

function describe(error: unknown): StoreFailure {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (!(error instanceof StoreUnavailable)) return { message, stack };
  return { message, stack, unavailable: { fatal: error.fatal } };
}
