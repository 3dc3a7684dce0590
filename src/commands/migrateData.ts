/** The operator's command that moves the data of one node to PostgreSQL: `chat-server migrate-data`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Config } from '../config.js';
import { type AnyDatabase, copyData } from '../store/copyData.js';
import { migrate } from '../store/migrate.js';
import { openPostgres } from '../store/postgres.js';
import { preparePostgres } from '../store/postgresStores.js';
import { openSqlite } from '../store/sqlite.js';

export const MIGRATE_DATA_USAGE = `  chat-server migrate-data --from sqlite --to "$DATABASE_URL"
                                    copies the data in DATA_DIR to PostgreSQL, and checks it`;

/** @returns what was done, for the operator. @throws an Error with a sentence for them. */
export async function migrateData(
  args: string[],
  { dataDir, databaseUrl }: Config,
): Promise<string> {
  const string = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { from: string, to: string } });
  const to = values.to ?? databaseUrl;
  if (values.from !== 'sqlite') throw new Error('--from must be sqlite.');
  if (!to || !/^postgres(ql)?:\/\//.test(to) || !URL.canParse(to)) {
    throw new Error('--to must be the address of a PostgreSQL database: postgresql://…');
  }
  if (!existsSync(join(dataDir, 'chat.db'))) throw new Error(`There is no data in ${dataDir}.`);
  const source = openSqlite(dataDir);
  try {
    await migrate(source.db);
    await preparePostgres(to);
    return await copyTo(to, source.db as unknown as AnyDatabase, dataDir);
  } finally {
    await source.db.destroy();
    source.unlock();
  }
}

async function copyTo(databaseUrl: string, source: AnyDatabase, dataDir: string): Promise<string> {
  const db = openPostgres({ databaseUrl, connections: 2, patient: true });
  try {
    const copied = await copyData(source, db as unknown as AnyDatabase, ({ table, rows }) => {
      process.stderr.write(`${table}: ${rows} rows\n`);
    });
    if (!copied) return 'This data had been copied before; nothing was done.';
    const rows = copied.reduce((sum, one) => sum + one.rows, 0);
    return `${rows} rows in ${copied.length} tables are copied, read back and equal.
Start every node with DATABASE_URL, and with JWT_SECRET: ${join(dataDir, 'jwt-secret')} holds the one
that has signed so far, unless you had set your own.`;
  } finally {
    await db.destroy();
  }
}
