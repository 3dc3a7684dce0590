import { type Kysely, sql } from 'kysely';
import { risingNumber } from './engine.js';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('messages').addColumn('erased_at', 'bigint').execute();
  // For what is deleted by age.
  await sql`create index chats_by_end on chats (ended_at) where status = 'ended'`.execute(db);

  await db.schema
    .createTable('revocations')
    .addColumn('subject', 'text', (c) => c.primaryKey())
    .addColumn('revoked_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint')
    .execute();
  await db.schema
    .createIndex('revocations_by_time')
    .on('revocations')
    .columns(['revoked_at'])
    .execute();

  await db.schema
    .createTable('audit')
    .addColumn('audit_no', ...risingNumber(db))
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('subject', 'text')
    .addColumn('address', 'text')
    .addColumn('details', 'text')
    .execute();
  await db.schema.createIndex('audit_by_subject').on('audit').columns(['subject']).execute();
}
