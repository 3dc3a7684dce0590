/** Nodes of this version and of the next one run side by side while one replaces the other. */
import { expect, test } from 'vitest';
import type { Message } from '../../src/validations/chat.validation.js';
import { build, type ChangedBuild } from '../support/changedBuild.js';
import { admin, user } from '../support/clients.js';
import { backends, startCluster } from '../support/cluster.js';
import { Person } from '../support/Person.js';
import { TcpProxy } from '../support/proxy.js';

const servers = backends();
/** In the numbers of the log. */
const WARNING = 40;
/** What a node may say where the machine stalls, and gets over by itself. */
const passing = /^(Redis is lost|the store was unavailable)/;

/** What a next version may do: columns that this one does not know, and news between nodes. */
const nextVersion: ChangedBuild = {
  name: 'the next version',
  changes: [
    {
      file: 'store/migrations/index.js',
      from: 'export const migrationProvider',
      to: `migrations['9999_next'] = {
          async up(db) {
            for (const table of ['chats', 'messages', 'desk', 'audit']) {
              await db.schema.alterTable(table).addColumn('next', 'text').execute();
            }
          },
        };
        export const migrationProvider`,
    },
    {
      file: 'feed/hints.js',
      from: 'const { chatId, seq } = placeOf(',
      to: `if (kind === 'nodes') kind = 'mood';
        if (kind === 'done') body = { ...body, next: { mood: 'good' } };
        const { chatId, seq } = placeOf(`,
    },
  ],
};

test('people talk on while a new version replaces the nodes, and nothing is lost', async () => {
  const next = build(nextVersion);
  const { nodes, add } = await startCluster(servers);
  let turn = 0;
  const ports = nodes.map(({ port }) => port);
  const balancer = await TcpProxy.start(() => ports[turn++ % ports.length] ?? 0);
  const people = await Promise.all(
    Array.from({ length: 8 }, async (_, n) => new Person(await user(balancer.url, `user-${n}`))),
  );
  await Promise.all(people.map((person) => person.start()));
  for (const [number, node] of nodes.entries()) {
    const newer = await add(next);
    // The database is of the next version from here on, and the older node works on.
    await talkAcross(node.url, newer.url, `older-${number}`);
    await talkAcross(newer.url, node.url, `newer-${number}`);
    ports.splice(ports.indexOf(node.port), 1, newer.port);
    node.kill('SIGTERM');
    expect(await node.exited).toBe(0);
    const warnings = node.log.filter(({ level }) => Number(level) >= WARNING);
    expect(warnings.filter(({ msg }) => !passing.test(String(msg)))).toEqual([]);
  }
  const kept = await Promise.all(people.map((person) => person.finish()));
  for (const { sent, messages } of kept) expect(messages).toEqual(sent);
  // What was migrated is not for the version before: it says so, and touches nothing.
  await expect(add()).rejects.toThrow('newer version of Chat Server (9999_next)');
}, 120_000);

/** A whole chat of two people on two nodes, live on both. */
async function talkAcross(userUrl: string, adminUrl: string, name: string): Promise<void> {
  const ursula = await user(userUrl, `ursula-${name}`);
  const albert = await admin(adminUrl, `albert-${name}`);
  const { chatId } = await ursula.do('start_chat');
  await albert.next('new_chat_request', (chat) => chat.chatId === chatId);
  await albert.do('assign_chat', { chatId });
  await ursula.next('chat_assigned');
  await ursula.do('user_message', { chatId, content: 'Is it blue?' });
  await albert.next<Message>('new_message', ({ content }) => content === 'Is it blue?');
  await albert.do('admin_message', { chatId, content: 'It is.' });
  await ursula.next<Message>('new_message', ({ content }) => content === 'It is.');
  await ursula.do('end_chat', { chatId });
  await albert.next('chat_ended');
  const { messages } = await albert.do('get_messages', { chatId });
  expect(messages.map(({ kind }) => kind)).toEqual(['assignment', 'message', 'message', 'end']);
  ursula.close();
  albert.close();
}
