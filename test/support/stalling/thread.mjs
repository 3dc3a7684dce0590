// The real store in its thread, on a disk that hangs for as long as the file `stall` lies in the data
// directory: opening, and every commit, wait with the thread blocked, as a stuck sync would leave it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { KyselyAccountStore } from '../../../dist/store/KyselyAccountStore.js';
import { KyselyChatStore } from '../../../dist/store/KyselyChatStore.js';
import { serveStore } from '../../../dist/store/serveStore.js';
import { openSqlite } from '../../../dist/store/sqlite.js';

const { dataDir } = workerData;
const clock = new Int32Array(new SharedArrayBuffer(4));

function waitForDisk() {
  while (existsSync(join(dataDir, 'stall'))) Atomics.wait(clock, 0, 0, 10);
}

class StallingChatStore extends KyselyChatStore {
  append(commands) {
    waitForDisk();
    return super.append(commands);
  }
}

await serveStore(async () => {
  waitForDisk();
  const { db, unlock } = openSqlite(dataDir);
  const chats = new StallingChatStore(db);
  await chats.migrate();
  return { chats, accounts: new KyselyAccountStore(db), unlock };
});
