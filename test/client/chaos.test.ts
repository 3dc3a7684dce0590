/**
 * A user and an admin type while the network and the server fail. At the end what each side shows is
 * the history, every message is in it once, and each sender's in the order in which they were written.
 */
import { type ChatTimeline, UserClient } from '@chat-server/client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { History } from '../../packages/client/src/History.js';
import type { Message } from '../../src/validations/chat.validation.js';
import { until } from '../support/clients.js';
import { TcpProxy } from '../support/proxy.js';
import { Random } from '../support/random.js';
import { type RunningServer, startServer, temporaryDirectory } from '../support/server.js';
import { historyOf, newAdmin, newUser, quick, Storage } from './support.js';

/** Seeds that have found something stay. */
const FOUND: number[] = [];
/** `SEEDS=7,8` tries these instead of a fresh one. */
const seeds = process.env.SEEDS?.split(',').map(Number) ?? [Math.floor(Math.random() * 1e9)];

const MESSAGES = 40;
const BAD = { cut: 0.01, stall: 0.1, stallFor: 150, slice: 0.3, swallow: 0.004, refuse: 0.15 };
const LONG = 240_000;

/** Connections that swallow are given up soon. */
const timing = { ...quick, answer: 3000 };

test.each([...FOUND, ...seeds])(
  'everything arrives once and in order, seed %i',
  async (seed) => {
    const trouble = await Trouble.start(seed);
    await trouble.typeThrough();
    expect(await trouble.judge()).toEqual([]);
  },
  LONG,
);

test(
  'an SDK that does not fill gaps is found out',
  async () => {
    vi.spyOn(History.prototype as unknown as Inside, 'fill').mockResolvedValue();
    onTestFinished(() => void vi.restoreAllMocks());
    const trouble = await Trouble.start(1);
    await trouble.missSome();
    expect(await trouble.judge(3000)).toContain('the user has not got the last');
  },
  LONG,
);

test(
  'an SDK that forgets its key when it sends again is found out',
  async () => {
    const users = UserClient.prototype as unknown as Inside;
    const { deliver } = users;
    vi.spyOn(users, 'deliver').mockImplementation(async function (this: Inside, message) {
      const clientMessageId = crypto.randomUUID();
      const sent = await deliver.call(this, { ...message, clientMessageId });
      return { ...sent, clientMessageId: message.clientMessageId };
    });
    onTestFinished(() => void vi.restoreAllMocks());
    const trouble = await Trouble.start(1);
    await trouble.loseAnAnswer();
    expect(await trouble.judge(3000)).toContain('the history has not what the user wrote');
  },
  LONG,
);

/** What the compiler keeps inside; that is where a mistake would be. */
interface Inside {
  fill(): Promise<void>;
  deliver(message: { clientMessageId: string }): Promise<Message>;
}

/** A user behind a bad network, an admin behind another, a server that is killed, and what they wrote. */
class Trouble {
  private readonly written: Record<'user' | 'admin', string[]> = { user: [], admin: [] };
  private desk!: ChatTimeline;
  private user: UserClient;
  private readonly admin;

  private constructor(
    private readonly random: Random,
    private server: RunningServer,
    private readonly dataDir: string,
    private readonly proxies: Record<'user' | 'admin', TcpProxy>,
    private readonly storage: Storage,
  ) {
    this.user = newUser(proxies.user.url, { storage, timing });
    this.admin = newAdmin(proxies.admin.url, { storage, timing });
  }

  static async start(seed: number): Promise<Trouble> {
    const dataDir = temporaryDirectory();
    const server = await startServer({ dataDir, env });
    const proxies = {
      user: await TcpProxy.start(server.port, seed),
      admin: await TcpProxy.start(server.port, seed + 1),
    };
    const trouble = new Trouble(new Random(seed), server, dataDir, proxies, new Storage());
    await trouble.write('user');
    const { admin } = trouble;
    const { chatId } = await until(() => admin.queue.get().chats[0], 'the chat in the queue');
    trouble.desk = await admin.assignChat(chatId);
    await trouble.desk.open();
    await (await trouble.mine()).open();
    await trouble.settled();
    return trouble;
  }

  async typeThrough(): Promise<void> {
    await this.missSome();
    await this.loseAnAnswer();
    for (const proxy of this.both) proxy.misbehave(BAD);
    for (let count = 1; count <= MESSAGES; count++) {
      await pause(this.random.whole(0, 60));
      await this.write(this.random.chance(0.5) ? 'user' : 'admin');
      if (this.random.chance(0.05)) this.reload();
      if (this.random.chance(0.1))
        this.proxies[this.random.chance(0.5) ? 'user' : 'admin'].cutAll();
      if (count % 15 === 0) await this.restart();
    }
  }

  /** The admin writes while the user is away, and again when they are back. */
  async missSome(): Promise<void> {
    const { user, admin } = this.proxies;
    user.misbehave({ refuse: 1 });
    user.cutAll();
    for (let count = 0; count < 3; count++) await this.write('admin');
    await until(() => isSettled(this.desk), 'the admin to have sent them');
    user.behave();
    await until(() => this.user.connection.get().status === 'connected', 'the user to be back');
    await this.write('admin');
    admin.behave();
  }

  /** The server keeps a message, and its answer does not come. */
  async loseAnAnswer(): Promise<void> {
    const { user } = this.proxies;
    // Whoever has just come back asks for their chats first: an answer shows that they are through.
    await this.write('user');
    await this.settled();
    await until(() => this.user.connection.get().status === 'connected', 'the user to be there');
    user.pause('toClient');
    const { length } = this.desk.get().entries;
    await this.write('user');
    await until(() => this.desk.get().entries.length > length, 'the admin to have it');
    user.cutAll();
    user.behave();
  }

  /** @returns what is wrong. */
  async judge(patience = 15_000): Promise<string[]> {
    for (const proxy of this.both) proxy.behave();
    for (const proxy of this.both) proxy.cutAll();
    const mine = await this.mine();
    await mine.open();
    const wrong: string[] = [];
    await this.settled(patience).catch(() => wrong.push('something was not sent'));
    const history = await historyOf(this.server.url, mine.chatId);
    const last = history.at(-1)?.seq;
    const sides = { user: mine, admin: this.desk };
    for (const [side, timeline] of Object.entries(sides)) {
      await until(() => seqs(timeline).at(-1) === last, 'the last', patience).catch(() =>
        wrong.push(`the ${side} has not got the last`),
      );
      while (timeline.get().hasOlder) await timeline.loadOlder();
      const contents = history.filter((one) => one.kind === 'message' && one.senderRole === side);
      const written = this.written[side as 'user' | 'admin'];
      if (`${contents.map(({ content }) => content)}` !== `${written}`) {
        wrong.push(`the history has not what the ${side} wrote`);
      }
      const shown = timeline.get().entries.map((entry) => ({ ...entry, state: undefined }));
      const told = history.map((entry) => ({ ...entry, state: undefined }));
      if (JSON.stringify(shown) !== JSON.stringify(told)) {
        wrong.push(`the ${side} sees something else than the history`);
      }
    }
    const { user, admin } = this.proxies;
    process.stdout.write(`seed ${this.random.seed}: ${JSON.stringify([user.done, admin.done])}\n`);
    return wrong;
  }

  private async write(side: 'user' | 'admin'): Promise<void> {
    const text = `${side} ${this.written[side].length}`;
    this.written[side].push(text);
    if (side === 'user') await this.user.send(text);
    else this.desk.send(text);
  }

  /** What was not sent yet is in the storage alone. */
  private reload(): void {
    this.user.close();
    this.user = newUser(this.proxies.user.url, { storage: this.storage, timing });
  }

  private async restart(): Promise<void> {
    this.server.kill(this.random.chance(0.7) ? 'SIGKILL' : 'SIGTERM');
    await this.server.exited;
    this.server = await startServer({ dataDir: this.dataDir, env });
    for (const proxy of this.both) proxy.retarget(this.server.port);
  }

  private get both(): TcpProxy[] {
    return [this.proxies.user, this.proxies.admin];
  }

  private mine(): Promise<ChatTimeline> {
    return until(() => {
      const timeline = this.user.current.get();
      return timeline?.chatId ? timeline : undefined;
    }, 'the chat of the user');
  }

  private async settled(within?: number): Promise<void> {
    const mine = await this.mine();
    await until(() => isSettled(mine) && isSettled(this.desk), 'both outboxes to be empty', within);
  }
}

const env = { HEARTBEAT_SECONDS: '1', RATE_LIMITS: 'off' };

const isSettled = (timeline: ChatTimeline) =>
  timeline.get().entries.every((entry) => 'seq' in entry);

const seqs = (timeline: ChatTimeline) =>
  timeline.get().entries.flatMap((entry) => ('seq' in entry ? [entry.seq] : []));

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
