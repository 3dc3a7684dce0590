// A store that answers when everything is written into the transaction, and commits a little later: a
// fault that no test sees as long as the process lives.
import { workerData } from 'node:worker_threads';
import { KyselyAccountStore } from '../../../dist/store/KyselyAccountStore.js';
import { KyselyChatStore } from '../../../dist/store/KyselyChatStore.js';
import { serveStore } from '../../../dist/store/serveStore.js';
import { openSqlite } from '../../../dist/store/sqlite.js';

class HastyChatStore extends KyselyChatStore {
  transact(work) {
    return new Promise((resolve, reject) => {
      super
        .transact(async (trx) => {
          resolve(await work(trx));
          await new Promise((committed) => setTimeout(committed, 50));
        })
        .catch(reject);
    });
  }
}

await serveStore(async () => {
  const { db, unlock } = openSqlite(workerData.dataDir);
  const chats = new HastyChatStore(db);
  await chats.migrate();
  return { chats, accounts: new KyselyAccountStore(db), unlock };
});
