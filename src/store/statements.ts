/** The statements of a writing transaction, each over many rows: what a batch costs, it costs here. */
import { sql } from 'kysely';
import { BulkStatement } from './BulkStatement.js';
import type { NewMessage, Progress } from './rows.js';

type Columns<Row> = readonly (keyof Row & string)[];

const messageColumns = [
  'chat_no',
  'seq',
  'kind',
  'sender_role',
  'sender_id',
  'receiver_id',
  'content',
  'client_message_id',
  'created_at',
] as const satisfies Columns<NewMessage>;

/** The values of a message in the order of {@link insertMessages}. */
export const messageValues = (row: NewMessage) => messageColumns.map((column) => row[column]);

export const insertMessages = new BulkStatement((db, rows: unknown[][]) =>
  db
    .insertInto('messages')
    .values(rows.map((values) => rowOf(messageColumns, values) as unknown as NewMessage))
    .compile(),
);

/** By chat_id. */
export const selectChats = new BulkStatement((db, rows: [string][]) =>
  db.selectFrom('chats').selectAll().where('chat_id', 'in', rows.flat()).compile(),
);

/** By user_id. The state is no parameter, or the index of open chats would not be used. */
export const selectOpenChats = new BulkStatement((db, rows: [string][]) =>
  db
    .selectFrom('chats')
    .selectAll()
    .where('user_id', 'in', rows.flat())
    .where('status', '<>', sql.lit('ended'))
    .compile(),
);

/**
 * Messages by chat_no and client_message_id: one look-up in the index `messages_once` for each key.
 * The join is a cross join because SQLite reorders every other: with some hundred keys it would rather
 * read the whole index than look each of them up, however many messages there are.
 */
export const selectSent = new BulkStatement((db, keys: [number, string][]) => {
  const values = keys.map(([chatNo, id]) => sql`(cast(${chatNo} as bigint), cast(${id} as text))`);
  return db
    .with(
      'keys(chat_no, client_message_id)',
      () => sql<{ chat_no: number; client_message_id: string }>`(values ${sql.join(values)})`,
    )
    .selectFrom('keys')
    .crossJoin('messages')
    .whereRef('messages.chat_no', '=', 'keys.chat_no')
    .whereRef('messages.client_message_id', '=', 'keys.client_message_id')
    .selectAll('messages')
    .compile();
});

const progressColumns = [
  'last_seq',
  'first_response_at',
  'user_delivered_seq',
  'user_seen_seq',
  'admin_delivered_seq',
  'admin_seen_seq',
] as const satisfies Columns<Progress>;

/** The values of {@link updateProgress}: the number of the chat, then what has changed. */
export const progressValues = (chatNo: number, progress: Progress) => [
  chatNo,
  ...progressColumns.map((column) => progress[column]),
];

/**
 * Sets the progress of chats by their number. To write whole rows, as for anything rarer, would move
 * each of them in every index of the table. The plus is for SQLite's planner: with it, `now` cannot be
 * looked up by number, so it is gone through, and not all the chats there are.
 */
export const updateProgress = new BulkStatement((db, rows: (number | null)[][]) => {
  const values = rows.map(
    (row) => sql`(${sql.join(row.map((value) => sql`cast(${value} as bigint)`))})`,
  );
  const columns = ['chat_no', ...progressColumns].map((column) => sql.id(column));
  const set = progressColumns.map((column) => sql`${sql.id(column)} = ${sql.ref(`now.${column}`)}`);
  return sql`with now (${sql.join(columns)}) as (values ${sql.join(values)})
    update chats set ${sql.join(set)} from now where chats.chat_no = +now.chat_no`.compile(db);
});

function rowOf(columns: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(columns.map((column, index) => [column, values[index]]));
}
