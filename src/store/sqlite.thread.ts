/** The database's thread: owns the one connection, so that a commit never blocks the sockets. */
import { workerData } from 'node:worker_threads';
import { KyselyAccountStore } from './KyselyAccountStore.js';
import { KyselyChatStore } from './KyselyChatStore.js';
import { RecentChats } from './RecentChats.js';
import { serveStore } from './serveStore.js';
import { openSqlite } from './sqlite.js';

const { dataDir } = workerData as { dataDir: string };

await serveStore(async () => {
  const { db, unlock } = openSqlite(dataDir);
  const chats = new KyselyChatStore(db, new RecentChats());
  await chats.migrate();
  return { chats, accounts: new KyselyAccountStore(db), unlock };
});
