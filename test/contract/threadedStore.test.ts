/** The thread between a store and its callers: what waits is bounded, and an end is told once. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { expect, onTestFinished, test } from 'vitest';
import { StoreUnavailable } from '../../src/store/ChatStore.js';
import { ThreadedChatStore } from '../../src/store/ThreadedChatStore.js';
import { root, temporaryDirectory } from '../support/server.js';
import { told, user } from './engine.js';

const sqlite = pathToFileURL(join(root, 'dist', 'store', 'sqlite.thread.js'));
/** Opens, and dies of the first call. */
const dying = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', () => { throw new Error('out of memory'); });
    parentPort.postMessage([{ callId: 0, value: undefined }]);`)}`,
);

/** A store, and the errors that its owner was told. */
async function open(thread: URL, dataDir = temporaryDirectory()) {
  const fatal: Error[] = [];
  const store = await ThreadedChatStore.open({
    ...{ thread, dataDir },
    onFatal: (error) => fatal.push(error),
  });
  onTestFinished(() => store.close());
  return { store, fatal, dataDir };
}

test('[P7] calls that cannot even wait are refused at once, and the others are answered', async () => {
  const { store, fatal } = await open(sqlite);
  const calls = Array.from({ length: 10_010 }, () =>
    store.getOpenChats(user('ursula')).then(
      () => 'answered',
      (error: unknown) => (error instanceof StoreUnavailable ? 'refused' : error),
    ),
  );
  const answers = await Promise.all(calls);
  expect(answers.filter((answer) => answer === 'answered')).toHaveLength(10_000);
  expect(answers.slice(-10)).toEqual(Array(10).fill('refused'));
  expect(await store.getOpenChats(user('ursula'))).toEqual([]);
  expect(fatal).toEqual([]);
});

test('a command that the database fails on says why, and the others of its batch are carried out', async () => {
  const { store, fatal, dataDir } = await open(sqlite);
  const other = new Database(join(dataDir, 'chat.db'));
  other.exec(`create trigger no_more before insert on chats when new.user_id = 'victor'
    begin select raise(abort, 'not victor'); end`);
  other.close();
  const outcomes = await store.append(
    ['ursula', 'victor', 'wilma'].map((id) => ({ kind: 'start', actor: user(id) })),
  );
  expect(told(outcomes)).toEqual(['done', 'failed', 'done']);
  const [, failed] = outcomes as [unknown, { failed: Error }];
  expect(failed.failed).toBeInstanceOf(Error);
  expect(failed.failed.message).toBe('not victor');
  expect(fatal).toEqual([]);
});

test('a thread that dies is told once; whoever waits or comes later is refused', async () => {
  const { store, fatal } = await open(dying);
  const calls = [1, 2, 3].map(() => store.append([{ kind: 'start', actor: user('ursula') }]));
  for (const call of [...calls, store.getOverview()]) {
    await expect(call).rejects.toThrow(StoreUnavailable);
  }
  await expect(store.getOverview()).rejects.toThrow('out of memory');
  expect(fatal.map(({ message }) => message)).toEqual(['out of memory']);
});

test('an opening that fails is told to who opens, and to nobody else', async () => {
  const { store, dataDir, fatal } = await open(sqlite);
  const told: Error[] = [];
  const second = ThreadedChatStore.open({
    ...{ thread: sqlite, dataDir },
    onFatal: (error) => told.push(error),
  });
  await expect(second).rejects.toThrow(/^Another Chat Server is using/);
  expect(await store.getOpenChats(user('ursula'))).toEqual([]);
  expect([...told, ...fatal]).toEqual([]);
});
