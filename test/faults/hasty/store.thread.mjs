// A store that answers when everything is written into the transaction, and commits a little later: a
// fault that no test sees as long as the process lives.
import { workerData } from 'node:worker_threads';
import { KyselyChatStore } from '../../../dist/store/KyselyChatStore.js';
import { serveStore } from '../../../dist/store/serveStore.js';
import { openSqliteStores } from '../../../dist/store/sqliteStores.js';

const { transact } = KyselyChatStore.prototype;

KyselyChatStore.prototype.transact = function hasty(work) {
  return new Promise((resolve, reject) => {
    const committed = transact.call(this, async (trx) => {
      resolve(await work(trx));
      await new Promise((later) => setTimeout(later, 50));
    });
    committed.catch(reject);
  });
};

await serveStore(() => openSqliteStores(workerData.dataDir));
