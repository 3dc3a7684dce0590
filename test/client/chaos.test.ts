/**
 * A user and an admin type while the network and the server fail. At the end what each side shows is
 * the history, every message is in it once, and each sender's in the order in which they were written.
 */
import type { ChatTimeline, UserClient } from '@chat-server/client';
import { expect, test } from 'vitest';
import { until } from '../support/clients.js';
import { TcpProxy } from '../support/proxy.js';
import { Random } from '../support/random.js';
import { startServer, temporaryDirectory } from '../support/server.js';
import { asHistory, historyOf, newAdmin, newUser, Storage } from './support.js';

/** Seeds that have found something stay. */
const FOUND: number[] = [];
/** `SEEDS=7,8` tries these instead of a fresh one. */
const seeds = process.env.SEEDS?.split(',').map(Number) ?? [Math.floor(Math.random() * 1e9)];

const MESSAGES = 40;
const BAD = { cut: 0.01, stall: 0.1, stallFor: 150, slice: 0.3, swallow: 0.004, refuse: 0.15 };

test.each([...FOUND, ...seeds])(
  'everything arrives once and in order, seed %i',
  async (seed) => {
    const told = await typeThroughTrouble(seed);
    for (const [side, written] of Object.entries(told.written)) {
      const sent = told.history.filter(
        ({ kind, senderRole }) => kind === 'message' && senderRole === side,
      );
      expect(sent.map(({ content }) => content)).toEqual(written);
    }
    expect(told.mine).toEqual(told.history);
    expect(told.desk).toEqual(told.history);
  },
  90_000,
);

async function typeThroughTrouble(seed: number) {
  const random = new Random(seed);
  const dataDir = temporaryDirectory();
  const env = { HEARTBEAT_SECONDS: '1' };
  let server = await startServer({ dataDir, env });
  const proxy = await TcpProxy.start(server.port, seed);
  const storage = new Storage();
  let user = newUser(proxy.url, { storage });
  const admin = newAdmin(proxy.url, { storage });
  await user.send('user 0');
  const { chatId } = await until(() => admin.queue.get().chats[0], 'the chat in the queue');
  const desk = await admin.assignChat(chatId);
  await desk.open();

  proxy.misbehave(BAD);
  const written = { user: ['user 0'], admin: [] as string[] };
  const restart = async () => {
    server.kill(random.chance(0.7) ? 'SIGKILL' : 'SIGTERM');
    await server.exited;
    server = await startServer({ dataDir, env });
    proxy.retarget(server.port);
  };
  const type = async () => {
    for (let count = 1; count <= MESSAGES; count++) {
      await pause(random.whole(0, 60));
      const side = random.chance(0.5) ? 'user' : 'admin';
      const text = `${side} ${count}`;
      written[side].push(text);
      if (side === 'admin') desk.send(text);
      else await user.send(text);
      if (random.chance(0.05)) user = reload(user, proxy.url, storage);
      if (count % 15 === 0) await restart();
      if (random.chance(0.1)) proxy.cutAll();
    }
  };
  await type();
  proxy.behave();
  proxy.cutAll();

  const mine = await until(() => current(user), 'the chat of the user');
  await mine.open();
  const settled = (timeline: ChatTimeline) =>
    timeline.get().entries.every((entry) => 'seq' in entry);
  await until(() => settled(mine) && settled(desk), `both outboxes to empty, seed ${seed}`);
  const history = await historyOf(server.url, chatId);
  const whole = (timeline: ChatTimeline) => timeline.get().entries.at(-1);
  const last = history.at(-1)?.seq;
  await until(
    () => [mine, desk].every((one) => (whole(one) as { seq: number }).seq === last),
    `both sides to have everything, seed ${seed}`,
  );
  for (const timeline of [mine, desk]) {
    while (timeline.get().hasOlder) await timeline.loadOlder();
  }
  process.stdout.write(`seed ${seed}: ${JSON.stringify(proxy.done)}\n`);
  return { written, history, mine: asHistory(mine), desk: asHistory(desk) };
}

/** What was not sent yet is in the storage alone. */
function reload(user: UserClient, url: string, storage: Storage): UserClient {
  user.close();
  return newUser(url, { storage });
}

const current = (user: UserClient) => {
  const timeline = user.current.get();
  return timeline?.chatId ? timeline : undefined;
};

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
