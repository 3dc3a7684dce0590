import type { Kysely } from 'kysely';
import { risingNumber } from './engine.js';

/** A row for each deed whose bytes may still be in the files; written by the deed's own transaction. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('unscrubbed')
    .addColumn('mark_no', ...risingNumber(db))
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
}
