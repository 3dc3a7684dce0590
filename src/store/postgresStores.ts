/** The stores on PostgreSQL, ready for use. */
import { sql } from 'kysely';
import { StoreUnavailable } from './ChatStore.js';
import { KyselyAccountStore } from './KyselyAccountStore.js';
import { KyselyOversightStore } from './KyselyOversightStore.js';
import { PostgresChatStore } from './PostgresChatStore.js';
import { PostgresTimelineLog } from './PostgresTimelineLog.js';
import { openPostgres, type PostgresOptions, PostgresUnavailable, sqlStateOf } from './postgres.js';
import type { OpenedStores } from './protocol.js';

/** How long a database that cannot be reached is waited for at the start, in milliseconds. */
const START_WITHIN = 30_000;
const TRY_EVERY = 500;

/**
 * Waits for the database, and brings its tables to this version; of many nodes that start at once one
 * does it and the others wait.
 * @throws StoreUnavailable (fatal) with a sentence for the operator.
 */
export async function openPostgresStores(options: PostgresOptions): Promise<OpenedStores> {
  await preparePostgres(options.databaseUrl);
  const db = openPostgres(options);
  const chats = new PostgresChatStore(db);
  const openPatient = () => openPostgres({ ...options, connections: 1, patient: true });
  return {
    chats,
    accounts: new KyselyAccountStore(db),
    oversight: new KyselyOversightStore(db, openPatient),
    timelines: new PostgresTimelineLog(db),
    unlock: () => {},
  };
}

/** @throws StoreUnavailable (fatal) with a sentence for the operator. */
export async function preparePostgres(databaseUrl: string): Promise<void> {
  // Two: the migrator holds its lock on one connection while it asks through another.
  const db = openPostgres({ databaseUrl, connections: 2, patient: true });
  try {
    const giveUp = Date.now() + START_WITHIN;
    for (;;) {
      try {
        await sql`select 1`.execute(db);
        // Each runs in a transaction, so one that broke off is begun anew.
        return await new PostgresChatStore(db).migrate();
      } catch (error) {
        if (error instanceof StoreUnavailable && error.fatal) throw error;
        if (!mayPass(error) || Date.now() > giveUp) throw explain(databaseUrl, error);
      }
      await new Promise((resolve) => setTimeout(resolve, TRY_EVERY));
    }
  } finally {
    await db.destroy();
  }
}

/**
 * A wrong password or name (28…, 3D000) stays wrong, and so does what the server says of a statement;
 * a server that is starting comes. The migrator has words of its own for a connection that broke.
 */
function mayPass(error: unknown): boolean {
  if (error instanceof PostgresUnavailable) return !/^(28|3D)/.test(error.sqlState ?? '');
  return sqlStateOf(error) === undefined;
}

/** Names the place, never the password. */
function explain(databaseUrl: string, error: unknown): StoreUnavailable {
  const { hostname, port, pathname } = new URL(databaseUrl);
  const place = `${hostname}:${port || 5432}${pathname}`;
  const { message } = error as Error;
  return new StoreUnavailable(`The database of DATABASE_URL (${place}) refuses: ${message}.`, true);
}
