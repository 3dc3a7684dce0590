/** What the engines spell differently. */
import { type ColumnBuilderCallback, type Kysely, PostgresAdapter } from 'kysely';

export function isPostgres(db: Pick<Kysely<unknown>, 'getExecutor'>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}

/** Type of a primary key that the database counts up by itself: SQLite's rowid, or an identity. */
export function risingNumber(db: Kysely<unknown>): ['integer' | 'bigint', ColumnBuilderCallback] {
  return isPostgres(db)
    ? ['bigint', (column) => column.primaryKey().generatedByDefaultAsIdentity()]
    : ['integer', (column) => column.primaryKey()];
}
