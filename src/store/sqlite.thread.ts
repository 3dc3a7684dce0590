/** The database's thread: owns the one connection, so that a commit never blocks the sockets. */
import { workerData } from 'node:worker_threads';
import { serveStore } from './serveStore.js';
import { openSqliteStores } from './sqliteStores.js';

const { dataDir } = workerData as { dataDir: string };

await serveStore(() => openSqliteStores(dataDir));
