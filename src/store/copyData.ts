/**
 * Moves all data of the embedded database to PostgreSQL: table by table, page by page, each page in a
 * transaction with the note of how far it is, so that a copy that was cut short goes on where it was.
 * In the end every row is read back from both sides and compared.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Kysely, sql, type Transaction } from 'kysely';
import { StoreUnavailable } from './ChatStore.js';

/** Rows of a page; with thirty columns they stay below the 65,535 parameters that PostgreSQL takes. */
const PAGE = 1000;

export type Row = Record<string, unknown>;
/** By table, whatever tables there are. */
type AnyTables = Record<string, Row>;
export type AnyDatabase = Kysely<AnyTables>;

/** Where the copy stands, in the target: the last `rowid` of a table that has arrived. */
const PROGRESS = 'data_copy';
/** The row that stands for the whole. */
const WHOLE = '*';

export interface Copied {
  table: string;
  rows: number;
}

/**
 * Both databases have been brought to this version, and nobody else uses the source.
 * @param tell hears of each table when it has arrived
 * @returns what was copied and checked; null when it had been done before
 * @throws StoreUnavailable when the target has data of its own, or a row differs in the end
 */
export async function copyData(
  from: AnyDatabase,
  to: AnyDatabase,
  tell: (copied: Copied) => void,
): Promise<Copied[] | null> {
  const tables = await tablesOf(from);
  const begun = await begin(from, to, tables);
  if (begun === 'done') return null;
  const copied: Copied[] = [];
  for (const table of tables) {
    const rows = await copyTable(from, to, table);
    copied.push({ table, rows });
    tell({ table, rows });
  }
  for (const { table, rows } of copied) await compare(from, to, table, rows);
  await sql`update ${sql.table(PROGRESS)} set last_row = 1 where name = ${WHOLE}`.execute(to);
  return copied;
}

async function tablesOf(db: AnyDatabase): Promise<string[]> {
  const tables = await db.introspection.getTables();
  return tables
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('sqlite_'))
    .sort();
}

/** The first time the target must be empty, but for what migrations have put there. */
async function begin(from: AnyDatabase, to: AnyDatabase, tables: string[]): Promise<'done' | 'on'> {
  const source = await identityOf(from);
  await sql`create table if not exists ${sql.table(PROGRESS)}
    (name text primary key, last_row bigint not null, source text)`.execute(to);
  return to.transaction().execute(async (trx) => {
    const whole = await sql<{ last_row: number; source: string }>`
      select last_row, source from ${sql.table(PROGRESS)} where name = ${WHOLE}`.execute(trx);
    const [known] = whole.rows;
    if (known && known.source !== source) {
      throw new StoreUnavailable('The target has been filled from other data than this.', true);
    }
    if (known) return known.last_row === 1 ? 'done' : 'on';
    const used = await sql`select 1 from chats union all select 1 from accounts limit 1`.execute(
      trx,
    );
    if (used.rows.length > 0) throw new StoreUnavailable('The target has data of its own.', true);
    for (const table of tables) await sql`truncate ${sql.table(table)}`.execute(trx);
    await sql`insert into ${sql.table(PROGRESS)} values (${WHOLE}, 0, ${source})`.execute(trx);
    return 'on';
  });
}

/** Tells one set of data from another: its first chat and its first account. */
async function identityOf(from: AnyDatabase): Promise<string> {
  const first = async (table: string, column: string) => {
    const { rows } = await sql<Row>`select ${sql.ref(column)} as id from ${sql.table(table)}
      order by rowid limit 1`.execute(from);
    return String(rows[0]?.id ?? '');
  };
  return `${await first('chats', 'chat_id')} ${await first('accounts', 'admin_id')}`;
}

async function copyTable(from: AnyDatabase, to: AnyDatabase, table: string): Promise<number> {
  let last = await progressOf(to, table);
  for (;;) {
    const page = await pageOf(from, table, last);
    if (page.length === 0) break;
    last = Number(page.at(-1)?.row_number);
    const arrived = last;
    await to.transaction().execute(async (trx) => {
      await trx
        .insertInto(table)
        .values(page.map(({ row_number: _, ...row }) => row))
        .execute();
      await note(trx, table, arrived);
    });
  }
  await countOn(to, table);
  return countOf(from, table);
}

async function pageOf(from: AnyDatabase, table: string, last: number): Promise<Row[]> {
  const { rows } = await sql<Row>`select rowid as row_number, * from ${sql.table(table)}
    where rowid > ${last} order by rowid limit ${sql.lit(PAGE)}`.execute(from);
  return rows;
}

async function progressOf(to: AnyDatabase, table: string): Promise<number> {
  const { rows } = await sql<{ last_row: number }>`
    select last_row from ${sql.table(PROGRESS)} where name = ${table}`.execute(to);
  return rows[0]?.last_row ?? 0;
}

async function note(trx: Transaction<AnyTables>, table: string, last: number): Promise<void> {
  await sql`insert into ${sql.table(PROGRESS)} (name, last_row) values (${table}, ${last})
    on conflict (name) do update set last_row = excluded.last_row`.execute(trx);
}

/** New rows get numbers above those that were copied. */
async function countOn(to: AnyDatabase, table: string): Promise<void> {
  const { rows } = await sql<{ name: string }>`select column_name as name
    from information_schema.columns where table_schema = current_schema()
    and table_name = ${table} and is_identity = 'YES'`.execute(to);
  for (const { name } of rows) {
    await sql`select setval(pg_get_serial_sequence(${table}, ${name}),
      greatest((select max(${sql.ref(name)}) from ${sql.table(table)}), 1))`.execute(to);
  }
}

async function countOf(db: AnyDatabase, table: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from ${sql.table(table)}`.execute(db);
  return Number(rows[0]?.count);
}

/** Every row of the source is in the target as it is here, and there are no others. */
async function compare(from: AnyDatabase, to: AnyDatabase, table: string, rows: number) {
  const arrived = await countOf(to, table);
  if (arrived !== rows) {
    throw new StoreUnavailable(`Of ${rows} rows of ${table} ${arrived} have arrived.`, true);
  }
  const key = await keyOf(to, table);
  const column = sql.ref(key);
  for (let last = 0; ; ) {
    const page = await pageOf(from, table, last);
    if (page.length === 0) return;
    last = Number(page.at(-1)?.row_number);
    const keys = sql.join(page.map((row) => sql`${row[key]}`));
    const found = await sql<Row>`
      select * from ${sql.table(table)} where ${column} in (${keys})`.execute(to);
    const byKey = new Map(found.rows.map((row) => [row[key], row]));
    for (const { row_number: _, ...row } of page) {
      if (isDeepStrictEqual(byKey.get(row[key]), { ...row })) continue;
      throw new StoreUnavailable(`A row of ${table} differs (${key} ${String(row[key])}).`, true);
    }
  }
}

/** Every table has a primary key of one column. */
async function keyOf(to: AnyDatabase, table: string): Promise<string> {
  const { rows } = await sql<{ name: string }>`select attribute.attname as name
    from pg_index key join pg_attribute attribute
      on attribute.attrelid = key.indrelid and attribute.attnum = any(key.indkey)
    where key.indisprimary and key.indrelid = ${table}::regclass`.execute(to);
  const [name] = rows;
  if (!name || rows.length > 1) throw new Error(`${table} has no primary key of one column`);
  return name.name;
}
