import { parentPort } from 'node:worker_threads';
import { type PackedCommand, packOutcomes, unpackCommands } from './codec.js';
import {
  describe,
  OPENING,
  type OpenedStores,
  type StoreCall,
  type StoreResult,
} from './protocol.js';

/** Opens the stores in this thread and answers the main thread's calls until `close`. */
export async function serveStore(open: () => Promise<OpenedStores>): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('serveStore runs in a worker thread');
  // What comes in one turn of the event loop goes back in one message: each wakes the other side.
  let results: StoreResult[] = [];
  const post = () => {
    if (results.length > 0) port.postMessage(results);
    results = [];
  };
  const answer = async (callId: number, work: () => Promise<unknown>) => {
    const result: StoreResult = await work().then(
      (value) => ({ callId, value }),
      (error: unknown) => ({ callId, failure: describe(error) }),
    );
    if (results.push(result) === 1) setImmediate(post);
  };

  let opened: OpenedStores;
  try {
    opened = await open();
  } catch (error) {
    port.postMessage([{ callId: OPENING, failure: describe(error) }]);
    return;
  }
  const take = ({ callId, store, method, args }: StoreCall) => {
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
  };
  port.on('message', (calls: StoreCall[]) => calls.forEach(take));
  port.postMessage([{ callId: OPENING, value: undefined }]);
}

type Method = (...args: unknown[]) => Promise<unknown>;
