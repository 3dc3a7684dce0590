/** Batches as the server makes them, on a real database. */
import { expect, test } from 'vitest';
import type { ChatStore } from '../../src/store/ChatStore.js';
import { StoreUnavailable } from '../../src/store/ChatStore.js';
import { GroupCommit } from '../../src/store/GroupCommit.js';
import type { Command, Done, SendMessage } from '../../src/timeline/commands.js';
import { type Engine, startedChat, user, wholeTimeline } from './engine.js';
import { sqliteEngines } from './sqlite.js';

const engine = sqliteEngines[0] as Engine;
const say = (userId: string, chatId: string, content: string): SendMessage => ({
  ...{ kind: 'message', actor: user(userId), chatId, content },
});

/** Records the size of each batch that the store gets. */
function counting(store: ChatStore): { store: Pick<ChatStore, 'append'>; sizes: number[] } {
  const sizes: number[] = [];
  const append = (commands: Command[]) => {
    sizes.push(commands.length);
    return store.append(commands);
  };
  return { store: { append }, sizes };
}

test('what arrives during a commit is the next batch, of a thousand at most, in its order', async () => {
  const opened = await engine.open();
  const { chatId } = await startedChat(opened.store, 'ursula');
  const { store, sizes } = counting(opened.store);
  const delivered: number[] = [];
  const commits = new GroupCommit(store, (done) => delivered.push(done.entry?.seq ?? 0));
  const first = commits.submit(say('ursula', chatId, 'first'));
  await new Promise(setImmediate);
  const rest = Array.from({ length: 2500 }, (_, n) =>
    commits.submit(say('ursula', chatId, `${n}`)),
  );
  await first;
  expect(delivered).toEqual([1]); // Before the sender's promise, and nothing that is not on disk.
  const seqs = (await Promise.all(rest)).map(({ entry }) => entry.seq);
  expect(seqs).toEqual(rest.map((_, n) => n + 2));
  expect(delivered).toEqual([1, ...seqs]);
  expect(sizes).toEqual([1, 1000, 1000, 500]);
});

test('[P7] what cannot even wait is refused at once', async () => {
  const opened = await engine.open();
  const { chatId } = await startedChat(opened.store, 'ursula');
  const commits = new GroupCommit(opened.store, () => {});
  const waiting = Array.from({ length: 10_001 }, () =>
    commits.submit(say('ursula', chatId, 'one of many')).then(
      () => 'kept',
      (error: { code: string }) => error.code,
    ),
  );
  const answers = await Promise.all(waiting);
  expect(answers.filter((answer) => answer === 'kept')).toHaveLength(10_000);
  expect(answers.at(-1)).toBe('unavailable');
});

test('one command that makes the database fail does not spoil the batch for the others', async () => {
  const opened = await engine.open();
  const names = Array.from({ length: 20 }, (_, n) => `user-${n}`);
  const chats = await Promise.all(names.map((name) => startedChat(opened.store, name)));
  const damaged = chats[13]?.chatId ?? '';
  // A timeline that is longer than its chat says: the next `seq` is taken.
  await opened.tamper(
    `insert into messages (chat_no, seq, kind, sender_role, sender_id, content, created_at)
     select chat_no, 1, 'message', 'user', 'user-13', 'past the product', 0
     from chats where chat_id = '${damaged}'`,
  );
  const { store, sizes } = counting(opened.store);
  const delivered: Done[] = [];
  const commits = new GroupCommit(store, (done) => delivered.push(done));
  const answers = await Promise.allSettled(
    chats.map(({ chatId }, n) => commits.submit(say(`user-${n}`, chatId, 'hello'))),
  );
  const failed = answers.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []));
  expect(failed).toEqual([13]);
  expect(delivered).toHaveLength(19);
  expect(sizes).toEqual([20]);
  for (const [n, { chatId }] of chats.entries()) {
    expect(await wholeTimeline(opened.store, user(`user-${n}`), chatId)).toHaveLength(1);
  }
});

test('a batch of an unknown outcome is not tried again', async () => {
  let tries = 0;
  const store: Pick<ChatStore, 'append'> = {
    append: () => {
      tries++;
      return Promise.reject(new StoreUnavailable('the disk fails'));
    },
  };
  const commits = new GroupCommit(store, () => {});
  const batch = [1, 2, 3].map((n) => commits.submit(say('ursula', 'chat', `${n}`)));
  const answers = await Promise.allSettled(batch);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(tries).toBe(1);
});

test('a feed that fails costs one answer, and the next commit comes', async () => {
  const opened = await engine.open();
  const { chatId } = await startedChat(opened.store, 'ursula');
  const commits = new GroupCommit(opened.store, (done) => {
    if (done.entry?.seq === 2) throw new Error('the feed fails');
  });
  const answers = await Promise.allSettled(
    ['one', 'two', 'three'].map((content) => commits.submit(say('ursula', chatId, content))),
  );
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect((await commits.submit(say('ursula', chatId, 'four'))).entry.seq).toBe(4);
});
