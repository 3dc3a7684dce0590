/** The stores on the embedded database, ready for use. */
import { join } from 'node:path';
import { KyselyAccountStore } from './KyselyAccountStore.js';
import { KyselyChatStore } from './KyselyChatStore.js';
import { KyselyOversightStore } from './KyselyOversightStore.js';
import type { OpenedStores } from './protocol.js';
import { RecentChats } from './RecentChats.js';
import { explainOpening, openSqlite } from './sqlite.js';

/**
 * Opens a data directory and brings its tables to this version.
 * @throws StoreUnavailable (fatal) with a sentence for the operator.
 */
export async function openSqliteStores(dataDir: string): Promise<OpenedStores> {
  const { db, unlock } = openSqlite(dataDir);
  const chats = new KyselyChatStore(db, new RecentChats());
  try {
    await chats.migrate();
  } catch (error) {
    await chats.close();
    unlock();
    throw explainOpening(error, join(dataDir, 'chat.db'));
  }
  return {
    chats,
    accounts: new KyselyAccountStore(db),
    oversight: new KyselyOversightStore(db),
    unlock,
  };
}
