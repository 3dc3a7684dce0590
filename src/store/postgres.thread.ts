/** The thread that speaks to PostgreSQL, so that building and reading batches never holds up the sockets. */
import { workerData } from 'node:worker_threads';
import type { PostgresOptions } from './postgres.js';
import { openPostgresStores } from './postgresStores.js';
import { serveStore } from './serveStore.js';

await serveStore(() => openPostgresStores(workerData as PostgresOptions));
