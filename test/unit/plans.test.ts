/** No statement reads a whole table, however many rows a batch or a page has. */

import { join } from 'node:path';
import Database from 'libsql';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openSqliteStores } from '../../src/store/sqliteStores.js';
import type { Command } from '../../src/timeline/commands.js';
import { temporaryDirectory } from '../support/server.js';

const user = (index: number) => ({ id: `user-${index}`, role: 'user' }) as const;
const admin = { id: 'albert', role: 'admin' } as const;
const supervisor = { id: 'sue', role: 'supervisor' } as const;

test('every statement of the store finds its rows by an index', async () => {
  const directory = temporaryDirectory();
  const { chats: store, unlock } = await openSqliteStores(directory);
  onTestFinished(async () => {
    await store.close();
    unlock();
  });
  const prepared = vi.spyOn(Database.prototype, 'prepare');
  onTestFinished(() => prepared.mockRestore());

  const users = Array.from({ length: 300 }, (_, index) => user(index));
  const started = await store.append(users.map((actor) => ({ kind: 'start', actor })));
  const chatIds = started.map((outcome) => ('chat' in outcome ? outcome.chat.chatId : ''));
  await store.append(chatIds.map((chatId) => ({ kind: 'assignment', actor: admin, chatId })));
  // As many as make a planner think that reading all would be cheaper.
  const messages = chatIds.map((chatId, index): Command => {
    const clientMessageId = `key-${index}`;
    return { kind: 'message', actor: user(index), chatId, content: 'hello', clientMessageId };
  });
  await store.append(messages);
  await store.append(messages);
  const [chatId = ''] = chatIds;
  await store.append([{ kind: 'end', actor: admin, chatId }]);

  for (const position of [{}, { afterSeq: 0 }, { beforeSeq: 9 }]) {
    await store.getMessages(admin, { chatId, limit: 50, ...position });
  }
  for (const cursor of [undefined, chatId]) {
    await store.getUnassignedChats({ limit: 50, cursor });
    for (const status of [undefined, 'open', 'ended'] as const) {
      const page = { limit: 50, cursor, status };
      await store.getChats(user(1), { ...page, scope: 'own' });
      await store.getChats(admin, { ...page, scope: 'own' });
      if (status === undefined) await store.getChats(supervisor, { ...page, scope: 'all' });
    }
  }
  for (const actor of [user(1), admin]) await store.getOpenChats(actor);
  await store.getChat(admin, chatId);
  await store.getOverview();

  const statements = [...new Set(prepared.mock.calls.map(([sql]) => sql))];
  const queries = statements.filter((sql) => /^\s*(select|insert|update|delete|with)\b/i.test(sql));
  expect(queries.length).toBeGreaterThan(15);
  const other = new Database(join(directory, 'chat.db'));
  onTestFinished(() => void other.close());
  for (const sql of queries) {
    const plan = other.prepare(`explain query plan ${sql}`).all() as { detail: string }[];
    // Down the key of the table, newest first, and stopped by the limit: that is how it is meant.
    const paged = /order by "chat_no" (asc|desc) limit/.test(sql);
    const scans = plan
      .map(({ detail }) => detail)
      .filter((detail) => /^SCAN (chats|messages)/.test(detail));
    const allowed = paged ? scans.filter((detail) => /^SCAN messages/.test(detail)) : scans;
    expect(allowed, sql.slice(0, 300)).toEqual([]);
  }
});
