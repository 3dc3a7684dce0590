import type { Config } from '../config.js';
import type { ThreadOptions } from './ThreadedChatStore.js';

/** The database that the settings name, and the module that speaks to it. */
export function databaseOf({
  dataDir,
  databaseUrl,
  databaseConnections,
}: Config): Omit<ThreadOptions, 'onFatal'> {
  const thread = databaseUrl ? './postgres.thread.js' : './sqlite.thread.js';
  return {
    thread: new URL(thread, import.meta.url),
    dataDir,
    postgres: databaseUrl ? { databaseUrl, connections: databaseConnections } : undefined,
  };
}
