/** What the store remembers of chats is what the database has, whoever wrote it. */

import { join } from 'node:path';
import Database from 'libsql';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { type ChatStore, StoreUnavailable } from '../../src/store/ChatStore.js';
import { KyselyChatStore } from '../../src/store/KyselyChatStore.js';
import { RecentChats } from '../../src/store/RecentChats.js';
import { openSqlite } from '../../src/store/sqlite.js';
import type { Outcome } from '../../src/timeline/commands.js';
import { temporaryDirectory } from '../support/server.js';

const ursula = { id: 'ursula', role: 'user' } as const;
const albert = { id: 'albert', role: 'admin' } as const;

let directory: string;
let recent: RecentChats;
let store: ChatStore;
let db: ReturnType<typeof openSqlite>['db'];

beforeEach(async () => {
  directory = temporaryDirectory();
  const opened = openSqlite(directory);
  recent = new RecentChats();
  const chats = new KyselyChatStore(opened.db, recent);
  await chats.migrate();
  onTestFinished(async () => {
    await chats.close();
    opened.unlock();
  });
  store = chats;
  db = opened.db;
});

const say = (chatId: string, content: string) =>
  ({ kind: 'message', actor: ursula, chatId, content }) as const;

async function startChat(): Promise<string> {
  const [started] = await store.append([{ kind: 'start', actor: ursula }]);
  return (started as { chat: { chatId: string } }).chat.chatId;
}

const seqOf = (outcome: Outcome | undefined) =>
  outcome && 'entry' in outcome ? outcome.entry?.seq : outcome;

test('a chat that talks is read once', async () => {
  const chatId = await startChat();
  await store.append([say(chatId, 'one')]);
  const known = await db.transaction().execute((trx) => recent.find(trx, [chatId]));
  expect(known).toMatchObject([{ chat: { chatId, lastSeq: 1 } }]);
});

test('another write on the same connection is seen', async () => {
  const chatId = await startChat();
  await store.append([say(chatId, 'one')]);
  await db.updateTable('chats').set({ status: 'ended' }).execute();
  expect(await store.append([say(chatId, 'two')])).toEqual([
    expect.objectContaining({ refused: 'chat_ended' }),
  ]);
});

test("a write on an operator's connection is seen", async () => {
  const chatId = await startChat();
  await store.append([say(chatId, 'one')]);
  const other = new Database(join(directory, 'chat.db'));
  other.exec("update chats set status = 'ended'");
  other.close();
  expect(await store.append([say(chatId, 'two')])).toEqual([
    expect.objectContaining({ refused: 'chat_ended' }),
  ]);
});

test('nothing is remembered of a transaction that failed', async () => {
  const chatId = await startChat();
  await store.append([say(chatId, 'one')]);
  const other = new Database(join(directory, 'chat.db'));
  onTestFinished(() => void other.close());
  const refuse = `create trigger no_more before insert on messages when new.content = 'bad'
    begin select raise(abort, 'no'); end`;
  other.exec(refuse);
  const batch = [{ kind: 'assignment', actor: albert, chatId } as const, say(chatId, 'bad')];
  expect(await store.append(batch)).toMatchObject([{ fresh: true }, { failed: { message: 'no' } }]);
  const [outcome] = await store.append([say(chatId, 'two')]);
  expect(seqOf(outcome)).toBe(3);
  expect(await store.getChat(ursula, chatId)).toMatchObject({ status: 'assigned', lastSeq: 3 });
});

test('what was committed of a batch is told, also when the disk is full before the rest is', async () => {
  const chatId = await startChat();
  const other = new Database(join(directory, 'chat.db'));
  onTestFinished(() => void other.close());
  other.exec(`create trigger no_more before insert on messages when new.content = 'bad'
    begin select raise(abort, 'no'); end`);
  // The whole, and its first half, go to the database; then the disk is full.
  const begin = db.transaction.bind(db);
  const full = new StoreUnavailable('the disk is full');
  let begun = 0;
  const transactions = vi.spyOn(db, 'transaction').mockImplementation(() => {
    if (++begun > 2) throw full;
    return begin();
  });
  onTestFinished(() => transactions.mockRestore());
  const batch = ['one', 'two', 'bad', 'three'].map((content) => say(chatId, content));
  const outcomes = await store.append(batch);
  expect(outcomes.map(seqOf)).toEqual([1, 2, { failed: full }, { failed: full }]);
  transactions.mockRestore();
  const [outcome] = await store.append([say(chatId, 'four')]);
  expect(seqOf(outcome)).toBe(3);
});

test('batches that are given at once know of each other', async () => {
  const chatId = await startChat();
  const batches = Array.from({ length: 20 }, (_, index) => store.append([say(chatId, `${index}`)]));
  const outcomes = await Promise.all(batches);
  expect(outcomes.map(([outcome]) => seqOf(outcome))).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
});
