import { DEFAULT_MIGRATION_TABLE, type Kysely, Migrator } from 'kysely';
import { StoreUnavailable } from './ChatStore.js';
import { migrationProvider } from './migrations/index.js';
import type { Tables } from './schema.js';

/**
 * Brings the tables to this version.
 * @throws StoreUnavailable (fatal) when the data is of a newer one: an older program would write into
 *   it what the newer one does not expect.
 */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const known = await migrationProvider.getMigrations();
  const unknown = (await executed(db)).filter((name) => !(name in known));
  if (unknown.length > 0) {
    throw new StoreUnavailable(
      `The data is of a newer version of Chat Server (${unknown.join(', ')}): run that version.`,
      true,
    );
  }
  const { error } = await new Migrator({ db, provider: migrationProvider }).migrateToLatest();
  if (error) throw error;
}

/** Names of the migrations that the data has been through. */
async function executed(db: Kysely<Tables>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === DEFAULT_MIGRATION_TABLE)) return [];
  const rows = await (db as unknown as Kysely<Migrations>)
    .selectFrom(DEFAULT_MIGRATION_TABLE)
    .select('name')
    .execute();
  return rows.map(({ name }) => name);
}

/** The table in which Kysely's migrator keeps its records. */
interface Migrations {
  [DEFAULT_MIGRATION_TABLE]: { name: string };
}
