/** Several nodes write into one database at once, without anything between them but its rows. */
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { ChatStore } from '../../src/store/ChatStore.js';
import { openPostgresStores } from '../../src/store/postgresStores.js';
import type { Command, Outcome } from '../../src/timeline/commands.js';
import {
  admin,
  allChats,
  startedChat,
  supervisor,
  user,
  wholeTimeline,
} from '../contract/engine.js';
import { expectRecount } from '../contract/figures.js';
import { Postgres } from '../support/postgres.js';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await Postgres.start();
});
afterAll(() => postgres.remove());

/** Stores of so many nodes, all started at once on one empty database. */
async function nodes(count: number): Promise<ChatStore[]> {
  const databaseUrl = await postgres.createDatabase();
  const opening = Array.from({ length: count }, () =>
    openPostgresStores({ databaseUrl, connections: 3 }),
  );
  const stores = (await Promise.all(opening)).map(({ chats }) => chats);
  onTestFinished(async () => void (await Promise.all(stores.map((store) => store.close()))));
  return stores;
}

/** Gives each command to the node whose turn it is; all of them at once. */
async function spread(stores: ChatStore[], commands: Command[]): Promise<Outcome[]> {
  const batches = commands.map((command, index) => {
    const store = stores[index % stores.length] as ChatStore;
    return store.append([command]);
  });
  return (await Promise.all(batches)).flat();
}

const fresh = (outcomes: Outcome[]) =>
  outcomes.filter((outcome) => 'fresh' in outcome && outcome.fresh);

test('ten nodes that start at once on an empty database make its tables once', async () => {
  const stores = await nodes(10);
  expect(await stores[9]?.getOverview()).toMatchObject({ waiting: 0, active: 0 });
});

test('[P3] nodes that write into the same chats give each message the next seq', async () => {
  const stores = await nodes(3);
  const [first] = stores as [ChatStore];
  const chats = await Promise.all(
    ['ursula', 'victor', 'wanda'].map((id) => startedChat(first, id, 'albert')),
  );
  // Each batch names all the chats, each in another order: locks in no fixed order would deadlock.
  const batches = Array.from({ length: 60 }, (_, turn) => {
    const order = turn % 2 ? [...chats] : [...chats].reverse();
    const commands = order.map<Command>(({ chatId }) => ({
      kind: 'message',
      actor: admin('albert'),
      chatId,
      content: `turn ${turn}`,
    }));
    return (stores[turn % 3] as ChatStore).append(commands);
  });
  expect(fresh((await Promise.all(batches)).flat())).toHaveLength(180);
  for (const { chatId } of chats) {
    const timeline = await wholeTimeline(first, supervisor('sybil'), chatId);
    expect(timeline.map(({ seq }) => seq)).toEqual(timeline.map((_, index) => index + 1));
    const turns = timeline.slice(1).map(({ content }) => Number(content.slice(5)));
    expect(turns.sort((a, b) => a - b)).toEqual([...Array(60).keys()]);
  }
});

test('[P4] of 32 admins who take one chat through different nodes one wins', async () => {
  const stores = await nodes(4);
  const { chatId } = await startedChat(stores[0] as ChatStore, 'ursula');
  const outcomes = await spread(
    stores,
    Array.from({ length: 32 }, (_, index) => ({
      kind: 'assignment',
      actor: admin(`admin${index}`),
      chatId,
    })),
  );
  expect(fresh(outcomes)).toHaveLength(1);
  expect(
    outcomes.filter((one) => 'refused' in one && one.refused === 'already_assigned'),
  ).toHaveLength(31);
});

test('a user who starts on every node at once gets one chat', async () => {
  const stores = await nodes(4);
  const starts = Array.from({ length: 40 }, (_, index) => ({
    kind: 'start' as const,
    actor: user(`user${index % 5}`),
  }));
  const outcomes = await spread(stores, starts);
  expect(fresh(outcomes)).toHaveLength(5);
  expect(await allChats(stores[0] as ChatStore)).toHaveLength(5);
  await expectRecount(stores[0] as ChatStore);
});

test('[P2] the same key through every node at once is one message with one seq', async () => {
  const stores = await nodes(4);
  const { chatId } = await startedChat(stores[0] as ChatStore, 'ursula');
  const message = { kind: 'message', actor: user('ursula'), chatId, content: 'Hello?' } as const;
  const outcomes = await spread(
    stores,
    Array.from({ length: 40 }, (_, index) => ({ ...message, clientMessageId: `key${index % 4}` })),
  );
  expect(fresh(outcomes)).toHaveLength(4);
  const answers = new Set(
    outcomes.map((one) =>
      'entry' in one && one.entry ? `${one.entry.clientMessageId} ${one.entry.messageId}` : '',
    ),
  );
  expect(answers.size).toBe(4);
});

test('[P5] an end on one node against messages on the others: nothing after it', async () => {
  const stores = await nodes(3);
  const { chatId } = await startedChat(stores[0] as ChatStore, 'ursula', 'albert');
  const commands = Array.from({ length: 60 }, (_, index): Command => {
    const actor = user('ursula');
    if (index === 30) return { kind: 'end', actor: admin('albert'), chatId };
    return { kind: 'message', actor, chatId, content: String(index) };
  });
  const outcomes = await spread(stores, commands);
  const timeline = await wholeTimeline(stores[0] as ChatStore, user('ursula'), chatId);
  expect(timeline.at(-1)?.kind).toBe('end');
  expect(timeline).toHaveLength(fresh(outcomes).length + 1);
  expect(timeline.map(({ seq }) => seq)).toEqual(timeline.map((_, index) => index + 1));
});
