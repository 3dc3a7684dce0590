/** How the operator's commands reach the data: they open it, or ask the server that has it open. */
import { announcedIn } from '../address.js';
import { loadTokens } from '../auth/secret.js';
import type { Config } from '../config.js';
import { RemoteServer } from '../services/RemoteServer.js';
import { StoreUnavailable } from '../store/ChatStore.js';
import { databaseOf } from '../store/databaseOf.js';
import { ThreadedChatStore } from '../store/ThreadedChatStore.js';

/** Where the data is, for the operator: a setting that was forgotten is then seen. */
export function placeOf({ dataDir, databaseUrl }: Config): string {
  if (databaseUrl === undefined) return `data in ${dataDir}`;
  const { host, pathname } = new URL(databaseUrl);
  return `data in PostgreSQL, ${host}${pathname}`;
}

/**
 * @param local works on the data itself
 * @param remote asks the server that uses the data; it then also closes the connections that have
 *   lost their right
 * @throws an Error with a sentence for the operator.
 */
export async function withData<T>(
  config: Config,
  local: (store: ThreadedChatStore) => Promise<T>,
  remote: (server: RemoteServer) => Promise<T>,
): Promise<T> {
  let store: ThreadedChatStore;
  try {
    store = await ThreadedChatStore.open({
      ...databaseOf(config),
      onFatal: () => {}, // The call that waits rejects, and with it the command.
    });
  } catch (error) {
    const url = announcedIn(config.dataDir);
    if (!(error instanceof StoreUnavailable) || url === undefined) throw error;
    return remote(new RemoteServer(url, loadTokens(config)));
  }
  try {
    return await local(store);
  } finally {
    await store.close();
  }
}
