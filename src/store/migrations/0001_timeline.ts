import { type Kysely, sql } from 'kysely';
import { risingNumber } from './engine.js';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('chats')
    .addColumn('chat_no', ...risingNumber(db))
    .addColumn('chat_id', 'text', (c) => c.notNull().unique())
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('admin_id', 'text')
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('last_seq', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('assigned_at', 'bigint')
    .addColumn('assigned_seq', 'integer')
    .addColumn('ended_at', 'bigint')
    .addColumn('ended_by', 'text')
    .addColumn('first_response_at', 'bigint')
    .addColumn('user_delivered_seq', 'integer', (c) => c.notNull())
    .addColumn('user_seen_seq', 'integer', (c) => c.notNull())
    .addColumn('admin_delivered_seq', 'integer', (c) => c.notNull())
    .addColumn('admin_seen_seq', 'integer', (c) => c.notNull())
    .execute();

  // A second open chat of one user cannot exist, whatever the program above believes.
  await sql`create unique index chats_open_by_user on chats (user_id) where status <> 'ended'`.execute(
    db,
  );
  await sql`create index chats_queue on chats (chat_no) where status = 'unassigned'`.execute(db);
  await sql`create index chats_open_by_admin on chats (admin_id, chat_no) where status = 'assigned'`.execute(
    db,
  );
  await db.schema
    .createIndex('chats_by_user')
    .on('chats')
    .columns(['user_id', 'chat_no'])
    .execute();
  await db.schema
    .createIndex('chats_by_admin')
    .on('chats')
    .columns(['admin_id', 'chat_no'])
    .execute();

  await db.schema
    .createTable('messages')
    .addColumn('message_no', ...risingNumber(db))
    .addColumn('chat_no', 'bigint', (c) => c.notNull())
    .addColumn('seq', 'bigint', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('sender_role', 'text', (c) => c.notNull())
    .addColumn('sender_id', 'text', (c) => c.notNull())
    .addColumn('receiver_id', 'text')
    .addColumn('content', 'text', (c) => c.notNull())
    .addColumn('client_message_id', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('messages_timeline')
    .unique()
    .on('messages')
    .columns(['chat_no', 'seq'])
    .execute();
  await sql`create unique index messages_once
    on messages (chat_no, client_message_id, sender_role, sender_id)
    where client_message_id is not null`.execute(db);

  await db.schema
    .createTable('hours')
    .addColumn('hour', 'bigint', (c) => c.primaryKey())
    .addColumn('started', 'integer', (c) => c.notNull())
    .addColumn('ended', 'integer', (c) => c.notNull())
    .addColumn('responses', 'integer', (c) => c.notNull())
    .addColumn('response_time', 'bigint', (c) => c.notNull())
    .addColumn('resolution_time', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('desk')
    .addColumn('desk_no', 'integer', (c) => c.primaryKey())
    .addColumn('waiting', 'integer', (c) => c.notNull())
    .addColumn('active', 'integer', (c) => c.notNull())
    .execute();
  await sql`insert into desk (desk_no, waiting, active) values (1, 0, 0)`.execute(db);
}
