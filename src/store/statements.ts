/** The statements of a writing transaction, each over many rows: what a batch costs, it costs here. */
import { type Selectable, sql } from 'kysely';
import { BulkStatement } from './BulkStatement.js';
import type { NewMessage, Progress } from './rows.js';
import type { ChatRow, MessageRow } from './schema.js';

type Columns<Row> = readonly [column: keyof Row & string, type: 'bigint' | 'text'][];

const messageColumns = [
  ['chat_no', 'bigint'],
  ['seq', 'bigint'],
  ['kind', 'text'],
  ['sender_role', 'text'],
  ['sender_id', 'text'],
  ['receiver_id', 'text'],
  ['content', 'text'],
  ['client_message_id', 'text'],
  ['created_at', 'bigint'],
] satisfies Columns<NewMessage>;

/** The values of a message in the order of {@link insertMessages}. */
export const messageValues = (row: NewMessage) => messageColumns.map(([column]) => row[column]);

export const insertMessages = new BulkStatement<unknown[]>(
  messageColumns.map(([, type]) => type),
  (_db, rows) => {
    const columns = messageColumns.map(([column]) => sql.id(column));
    return sql`insert into messages (${sql.join(columns)}) ${rows}`;
  },
);

/** By chat_id. */
export const selectChats = new BulkStatement<[string], Selectable<ChatRow>>(['text'], (db, ids) =>
  db.selectFrom('chats').selectAll().where('chat_id', 'in', sql<string>`(${ids})`),
);

/**
 * The same on PostgreSQL, and keeps other writers off them until the transaction ends: in one order,
 * so that no two batches wait for each other.
 */
export const lockChats = new BulkStatement<[string], Selectable<ChatRow>>(['text'], (db, ids) =>
  db
    .selectFrom('chats')
    .selectAll()
    .where(sql<boolean>`chat_id = any(array(${ids}))`)
    .orderBy('chat_no')
    .forUpdate(),
);

/** By user_id. The state is no parameter, or the index of open chats would not be used. */
export const selectOpenChats = new BulkStatement<[string], Selectable<ChatRow>>(
  ['text'],
  (db, ids) =>
    db
      .selectFrom('chats')
      .selectAll()
      .where('user_id', 'in', sql<string>`(${ids})`)
      .where('status', '<>', sql.lit('ended')),
);

/**
 * Messages by chat_no and client_message_id: one look-up in the index `messages_once` for each key.
 * The join is a cross join because SQLite reorders every other: with some hundred keys it would rather
 * read the whole index than look each of them up, however many messages there are.
 */
export const selectSent = new BulkStatement<[number, string], Selectable<MessageRow>>(
  ['bigint', 'text'],
  (db, keys) =>
    db
      .with(
        'keys(chat_no, client_message_id)',
        () => sql<{ chat_no: number; client_message_id: string }>`(${keys})`,
      )
      .selectFrom('keys')
      .crossJoin('messages')
      .whereRef('messages.chat_no', '=', 'keys.chat_no')
      .whereRef('messages.client_message_id', '=', 'keys.client_message_id')
      .selectAll('messages'),
);

const progressColumns = [
  'last_seq',
  'first_response_at',
  'user_delivered_seq',
  'user_seen_seq',
  'admin_delivered_seq',
  'admin_seen_seq',
] as const satisfies readonly (keyof Progress)[];

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
export const updateProgress = new BulkStatement<(number | null)[]>(
  ['bigint', ...progressColumns.map(() => 'bigint' as const)],
  (_db, rows) => {
    const columns = ['chat_no', ...progressColumns].map((column) => sql.id(column));
    const set = progressColumns.map(
      (column) => sql`${sql.id(column)} = ${sql.ref(`now.${column}`)}`,
    );
    return sql`with now (${sql.join(columns)}) as (${rows})
      update chats set ${sql.join(set)} from now where chats.chat_no = +now.chat_no`;
  },
);
