/** The program. While the thread of the database loads and opens, this one loads what serves people. */
import { fileURLToPath } from 'node:url';
import { type ChatServer, runProcess, type ServerOptions } from './process.js';
import { databaseOf } from './store/databaseOf.js';
import { ThreadedChatStore } from './store/ThreadedChatStore.js';

/**
 * Starts a server.
 * @throws an error for the operator: the port is taken, the data is in use by another server.
 */
export async function createChatServer(options: ServerOptions): Promise<ChatServer> {
  const { config, storeThread, onFatal } = options;
  const database = databaseOf(config);
  const thread = storeThread ?? database.thread;
  const opening = ThreadedChatStore.open({ ...database, thread, onFatal });
  opening.catch(() => {}); // It is told where it is awaited.
  try {
    const { serve } = await import('./server.js');
    return await serve(options, opening);
  } catch (error) {
    const store = await opening.catch(() => undefined);
    await store?.close();
    throw error;
  }
}

/** Runs the server as this process. */
export const start = () => runProcess(createChatServer);

if (process.argv[1] === fileURLToPath(import.meta.url)) await start();
