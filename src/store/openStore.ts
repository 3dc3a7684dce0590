import type { Config } from '../config.js';
import type { PostgresOptions } from './postgres.js';
import { ThreadedChatStore } from './ThreadedChatStore.js';

/**
 * Opens the database that the settings name.
 * @param thread another module than the engine's own to run in its thread; only in tests
 * @throws StoreUnavailable with a sentence for the operator.
 */
export function openStore(
  config: Pick<Config, 'dataDir' | 'databaseUrl' | 'databaseConnections'>,
  onFatal: (error: Error) => void,
  thread?: URL,
): Promise<ThreadedChatStore> {
  const { dataDir, databaseUrl, databaseConnections: connections } = config;
  const postgres: PostgresOptions | undefined = databaseUrl
    ? { databaseUrl, connections }
    : undefined;
  const own = postgres ? './postgres.thread.js' : './sqlite.thread.js';
  return ThreadedChatStore.open({
    thread: thread ?? new URL(own, import.meta.url),
    dataDir,
    postgres,
    onFatal,
  });
}
