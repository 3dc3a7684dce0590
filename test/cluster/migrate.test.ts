/** Moving up: everything that one node has kept, on PostgreSQL. */
import { expect, test } from 'vitest';
import { type AnyDatabase, copyData } from '../../src/store/copyData.js';
import { openPostgres } from '../../src/store/postgres.js';
import { preparePostgres } from '../../src/store/postgresStores.js';
import { openSqlite } from '../../src/store/sqlite.js';
import { readHistories } from '../faults/auditor.js';
import { cli } from '../support/cli.js';
import { pair, until, user } from '../support/clients.js';
import { backends, JWT_SECRET } from '../support/cluster.js';
import { startServer, temporaryDirectory } from '../support/server.js';

const servers = backends();

/** A data directory in which some have talked, and what they said. */
async function used(userId: string) {
  const server = await startServer({ env: { RATE_LIMITS: 'off' } });
  const { user: ursula, admin: albert, chatId } = await pair(server.url, userId);
  const words = Array.from({ length: 1100 }, (_, n) => `${n} – ☂ '"\\ ${'x'.repeat(n % 50)}`);
  const send = (content: string, n: number) =>
    ursula.do('user_message', { chatId, content, clientMessageId: `key-${n}` });
  for (const half of [0, 550]) {
    await Promise.all(words.slice(half, half + 550).map((word, n) => send(word, half + n)));
  }
  await albert.do('mark_messages', { chatId, seenSeq: 7 });
  await ursula.do('end_chat', { chatId });
  await ursula.do('start_chat');
  const histories = await readHistories(server.url);
  server.kill('SIGTERM');
  await server.exited;
  return { dataDir: server.dataDir, histories, chatId };
}

test('one command moves all data, goes on after an interruption, and checks it', async () => {
  const { dataDir, histories, chatId } = await used('ursula');
  const database = await servers.postgres.createDatabase();
  await interrupted(dataDir, database);

  const args = ['migrate-data', '--from', 'sqlite', '--to', database];
  const moved = await cli(args, { dataDir });
  expect(moved).toMatchObject({ code: 0 });
  expect(moved.stdout).toMatch(/^\d+ rows in \d+ tables are copied, read back and equal\./);
  expect(moved.stderr).toContain('messages: 1102 rows\n');
  const again = await cli(args, { dataDir });
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing was done') });

  const env = { DATABASE_URL: database, JWT_SECRET, RATE_LIMITS: 'off' };
  const node = await startServer({ env });
  expect(await readHistories(node.url)).toEqual(histories);
  // A repeat from before the move is known, and what is new comes after what was moved.
  const ursula = await user(node.url, 'ursula');
  const content = `3 – ☂ '"\\ xxx`;
  const repeat = await ursula.do('user_message', { chatId, content, clientMessageId: 'key-3' });
  const [{ entries } = { entries: [] }] = histories.filter(({ chat }) => chat.chatId === chatId);
  expect(entries).toContainEqual(repeat);
  const victor = await user(node.url, 'victor');
  const { chatId: fresh } = await victor.do('start_chat');
  const newest = await until(async () => (await readHistories(node.url))[0], 'the new chat');
  expect(newest.chat.chatId).toBe(fresh);
}, 120_000);

/** As far as its first tables; then the process is gone. */
async function interrupted(dataDir: string, database: string): Promise<void> {
  await preparePostgres(database);
  const source = openSqlite(dataDir);
  const target = openPostgres({ databaseUrl: database, connections: 2 });
  const copying = copyData(
    source.db as unknown as AnyDatabase,
    target as unknown as AnyDatabase,
    ({ table }) => {
      if (table === 'chats') throw new Error('interrupted');
    },
  );
  await expect(copying).rejects.toThrow('interrupted');
  await Promise.all([source.db.destroy(), target.destroy()]);
  source.unlock();
}

test('data is never mixed with other data, nor taken from a server that runs', async () => {
  const database = await servers.postgres.createDatabase();
  const move = (dataDir: string) =>
    cli(['migrate-data', '--from', 'sqlite', '--to', database], { dataDir });
  const running = await startServer();
  await (await user(running.url, 'ursula')).do('start_chat');
  expect((await move(running.dataDir)).stderr).toContain('Another Chat Server is using');
  running.kill('SIGTERM');
  await running.exited;
  expect(await move(running.dataDir)).toMatchObject({ code: 0 });

  const other = await startServer();
  await (await user(other.url, 'victor')).do('start_chat');
  other.kill('SIGTERM');
  await other.exited;
  expect((await move(other.dataDir)).stderr).toContain('filled from other data');

  const node = await startServer({
    env: { DATABASE_URL: await servers.postgres.createDatabase(), JWT_SECRET },
  });
  await (await user(node.url, 'wanda')).do('start_chat');
  const used = await servers.postgres.query<{ datname: string }>(
    'select datname from pg_database order by oid desc limit 1',
  );
  const refused = await cli(
    ['migrate-data', '--from', 'sqlite', '--to', servers.postgres.url(used[0]?.datname)],
    { dataDir: other.dataDir },
  );
  expect(refused).toMatchObject({ code: 1, stderr: 'The target has data of its own.\n' });
  const nothing = await move(temporaryDirectory());
  expect(nothing).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is no data in'),
  });
}, 120_000);
