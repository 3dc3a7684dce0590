/**
 * Takes what was erased or deleted out of the files of the database. SQLite has overwritten it there
 * (`secure_delete`), and it remains in the log of what was written before, which is emptied at once.
 * PostgreSQL keeps it in dead rows until these are vacuumed. That can take long, and wait for another
 * vacuum, so it is noted by the transaction that erases and done apart from it.
 */
import { type Kysely, sql, type Transaction } from 'kysely';
import { isPostgres } from './migrations/engine.js';
import type { Tables } from './schema.js';

/** Held by the node that scrubs. Any number that nothing else takes. */
const LOCK = 7_264_202;
/** What is rewritten when a user is erased or chats are deleted. */
const TABLES = ['messages', 'chats', 'audit'] as const;

/** Call it in the transaction that erases. */
export async function noteErased(trx: Transaction<Tables>): Promise<void> {
  if (!isPostgres(trx)) return;
  await trx.insertInto('unscrubbed').values({ at: Date.now() }).execute();
}

/** Call it after that transaction. */
export async function emptyLog(db: Kysely<Tables>): Promise<void> {
  if (isPostgres(db)) return;
  await sql`pragma wal_checkpoint(truncate)`.execute(db);
}

/**
 * Vacuums what was noted until now; as long as that takes. What fails stays noted.
 * @param openPatient opens the same database for statements that may take long
 * @returns whether there was anything that no other node does already.
 */
export async function vacuumNoted(
  db: Kysely<Tables>,
  openPatient: () => Kysely<Tables>,
): Promise<boolean> {
  const noted = await db
    .selectFrom('unscrubbed')
    .select(({ fn }) => fn.max('mark_no').as('newest'))
    .executeTakeFirst();
  const newest = noted?.newest;
  if (newest === undefined || newest === null) return false;
  const patient = openPatient();
  try {
    // The lock is the session's, and ends with it.
    return await patient.connection().execute(async (session) => {
      const { rows } = await sql<{ ours: boolean }>`
        select pg_try_advisory_lock(${LOCK}) as ours`.execute(session);
      if (!rows[0]?.ours) return false;
      for (const table of TABLES) await sql`vacuum ${sql.table(table)}`.execute(session);
      await session.deleteFrom('unscrubbed').where('mark_no', '<=', newest).execute();
      return true;
    });
  } finally {
    await patient.destroy();
  }
}
