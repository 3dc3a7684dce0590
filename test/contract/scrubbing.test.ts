/** What is erased on PostgreSQL leaves its files later than its tables, and whatever happens meanwhile. */
import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openPostgresStores } from '../../src/store/postgresStores.js';
import type { OpenedStores } from '../../src/store/protocol.js';
import { until } from '../support/clients.js';
import { Postgres } from '../support/postgres.js';
import { allChats, done, startedChat, user } from './engine.js';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await Postgres.start(['-c', 'fsync=off', '-c', 'autovacuum=off']);
});
afterAll(() => postgres.remove());

const record = {
  at: 1,
  actor: 'server',
  action: 'erase_user',
  subject: null,
  address: null,
  details: null,
};

async function open(databaseUrl: string): Promise<OpenedStores> {
  const opened = await openPostgresStores({ databaseUrl, connections: 4 });
  onTestFinished(() => opened.chats.close());
  return opened;
}

async function sayAndEnd({ chats }: OpenedStores, userId: string, content: string) {
  const { chatId } = await startedChat(chats, userId);
  const actor = user(userId);
  await done(chats, { kind: 'message', actor, chatId, content });
  await done(chats, { kind: 'end', actor, chatId });
}

/** As a vacuum that runs has it. @returns lets go of it */
async function lockMessages(databaseUrl: string): Promise<() => Promise<unknown>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query('begin; lock table messages in share update exclusive mode');
  return () => client.query('rollback');
}

test('an erasure does not wait for a vacuum, and is scrubbed when that has passed', async () => {
  const databaseUrl = await postgres.createDatabase();
  const opened = await open(databaseUrl);
  await sayAndEnd(opened, 'ursula', 'my card is 4711');
  await sayAndEnd(opened, 'ulrich', 'mine');
  const unlock = await lockMessages(databaseUrl);

  expect(await opened.oversight.eraseUser('ursula', record)).toMatchObject({ messages: 1 });
  expect(await opened.oversight.deleteEndedBefore(Date.now() + 1000)).toBe(2);
  expect(await allChats(opened.chats)).toEqual([]);

  const scrubbed = opened.oversight.scrub();
  const waiting = `select 1 from pg_stat_activity where query like 'vacuum%' and state = 'active'
    and wait_event_type = 'Lock' and now() - query_start > interval '4.5 s'`;
  await until(
    async () => (await postgres.query(waiting, databaseUrl)).length > 0,
    'the vacuum to wait longer than any other statement may',
  );
  // One node is enough.
  expect(await (await open(databaseUrl)).oversight.scrub()).toBe(false);
  await unlock();
  expect(await scrubbed).toBe(true);
  expect(await opened.oversight.scrub()).toBe(false);
  const [dead] = await postgres.query<{ pages: number }>(
    `select pg_relation_size('messages')::int as pages`,
    databaseUrl,
  );
  // Nothing is alive in it, so a vacuum leaves nothing of it.
  expect(dead?.pages).toBe(0);
});

test('a vacuum that fails is done later, also after a restart', async () => {
  const databaseUrl = await postgres.createDatabase();
  const opened = await open(databaseUrl);
  await sayAndEnd(opened, 'ursula', 'my card is 4711');
  const unlock = await lockMessages(databaseUrl);
  await opened.oversight.eraseUser('ursula', record);
  const scrubbed = opened.oversight.scrub().catch((error: unknown) => error);
  const cancel = `select pg_cancel_backend(pid) from pg_stat_activity
    where query like 'vacuum%' and wait_event_type = 'Lock'`;
  await until(
    async () => (await postgres.query(cancel, databaseUrl)).length > 0,
    'the vacuum to begin',
  );
  expect(await scrubbed).toBeInstanceOf(Error);
  await unlock();
  const again = await open(databaseUrl);
  // The session that failed may hold its lock a moment longer than it is ours.
  await until(() => again.oversight.scrub(), 'the vacuum to be done');
  expect(await again.oversight.scrub()).toBe(false);
});
