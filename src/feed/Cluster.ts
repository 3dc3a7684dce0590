/**
 * This node among others. The database is the log; the bus wakes: an entry that comes as a hint and is
 * the next is delivered at once, a gap is read, and a slow sweep finds what no hint told of.
 */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { type Actor, sideOf } from '../auth/policy.js';
import type { Logger } from '../log.js';
import { type OpenChat, StoreUnavailable } from '../store/ChatStore.js';
import type { TimelineLog } from '../store/TimelineLog.js';
import { type Address, addressOf, changesQueue, type Done } from '../timeline/commands.js';
import type { Chat } from '../validations/chat.validation.js';
import { Audience, channelOf, DESK, NODES, watchChannelOf } from './Audience.js';
import { Bus } from './Bus.js';
import { Elsewhere } from './Elsewhere.js';
import type { Emitter } from './Emitter.js';
import type { Feed } from './Feed.js';
import { GapFiller } from './GapFiller.js';
import { encodeHint, type Hint, headOf, type News } from './hints.js';
import { Nodes } from './Nodes.js';
import { ClusterReach } from './Reach.js';
import { Recent } from './Recent.js';
import { Registry } from './Registry.js';
import { Relay } from './Relay.js';
import { Repeated } from './Repeated.js';

/** With a query and a reading of gaps after it, nothing is later than 3 s; in milliseconds. */
const SWEEP_EVERY = 1500;
/** Longest that somebody who comes may wait for their chats, in milliseconds. */
const CATCH_UP_WITHIN = 4000;

export interface ClusterParts {
  redisUrl: string | undefined;
  timelines: TimelineLog;
  emitter: Emitter;
  feed: Feed;
  log: Logger;
}

/** What services make of what happens elsewhere. */
export interface ClusterListeners {
  /** Whether any admin is connected to another node may have changed. */
  adminsChanged(): void;
  viewersChanged(chatId: string): void;
  /** @param openChats of the admins who are connected here */
  nodeGone(openChats: Address[]): void;
}

export class Cluster {
  /** Tells participants on every node. */
  readonly reach: ClusterReach;
  private readonly node = randomUUID();
  /** What is so on the other nodes. */
  readonly elsewhere: Elsewhere;
  private readonly bus: Bus | undefined;
  private readonly nodes: Nodes | undefined;
  private readonly registry: Registry | undefined;
  private readonly audience: Audience;
  private readonly filler: GapFiller;
  private readonly relay: Relay;
  private readonly sweep: Repeated;
  private listeners: ClusterListeners | undefined;
  /** The place in the log is marked: what is written after somebody has read will be found. */
  private marked = false;
  /** Hints told by this node, and last heard of each other node. */
  private count = 0;
  private readonly counts = new Recent<number>(1000);

  constructor(private readonly parts: ClusterParts) {
    const { redisUrl, timelines, emitter, feed, log } = parts;
    this.sweep = new Repeated(
      () => this.readLog(),
      SWEEP_EVERY,
      (err) => log.debug({ err }, 'the log could not be read; trying again'),
    );
    const listener = {
      heard: (message: string) => this.heard(message),
      back: () => {
        this.sweep.soon();
        this.nodes?.lookAgain();
      },
    };
    this.bus = redisUrl === undefined ? undefined : new Bus(redisUrl, listener, log);
    this.nodes = this.bus && new Nodes(this.node, this.bus, () => this.tellNodes());
    this.registry = this.bus && this.nodes && new Registry(this.bus.redis, this.nodes);
    this.elsewhere = new Elsewhere(this.nodes, this.registry);
    this.audience = new Audience(this.bus);
    this.filler = new GapFiller(timelines, () => this.relay, log);
    this.relay = new Relay(feed, this.audience, (chatId) => this.filler.want(chatId));
    this.reach = new ClusterReach(emitter, (channels, news) => this.tellNews(channels, news));
  }

  /** For what is short-lived and shared; undefined where the nodes have no Redis. */
  get redis(): Redis | undefined {
    return this.bus?.redis;
  }

  /** What this node has committed, in the order of its commits. */
  deliver(done: Done): void {
    this.relay.accept(done, true);
    this.tell(channelsOf(done), { kind: 'done', body: done });
  }

  /**
   * Before an identity comes in: fulfils when what is published for it is heard here, and nothing that
   * it may have been told by another node will be told again.
   * @throws StoreUnavailable
   */
  async arrive(actor: Actor): Promise<void> {
    const isBeside =
      this.audience.isHere(sideOf(actor.role), actor.id) || this.relay.hasGates(actor);
    await this.audience.arrive(actor);
    // Whatever was done before is told before, to those who are here already.
    if (!this.marked || isBeside || sideOf(actor.role) === 'admin') {
      await this.sweep.now();
      await inTime(this.filler.flush().then(() => this.relay.settled(actor)));
    }
    const { open, mark } = await this.parts.timelines.arrive(actor);
    this.audience.read(actor, mark);
    await inTime(this.relay.catchUp(open));
    // Of what they have read themselves, the admins who are here already hear before they come in.
    if (sideOf(actor.role) === 'admin') await inTime(this.filler.flush());
  }

  /** An identity is in its rooms now. @returns its open chats, and how far they were told before */
  entered(actor: Actor): OpenChat[] {
    const open = this.relay.openOf(actor);
    // After this turn, so that these heads are told before anything new.
    setImmediate(() => this.relay.greeted(actor));
    return open;
  }

  /** Call it once for each {@link arrive}, whatever came of it. */
  leave(actor: Actor): void {
    this.audience.leave(actor);
  }

  /**
   * Somebody here will have a chat before their eyes, whoever has it: fulfils as {@link arrive} does.
   * @param read reads the chat, after what is published for it is heard
   */
  async watch(chat: Address, read: () => Promise<Chat>): Promise<void> {
    const heard = this.audience.watch(chat);
    try {
      await heard;
      const { chatId, userId, adminId, lastSeq, status } = await read();
      if (status === 'ended' && !this.relay.hasGate(chatId)) return;
      await inTime(this.relay.catchUp([{ chatId, userId, adminId, lastSeq }]));
    } catch (error) {
      this.audience.unwatch(chat);
      throw error;
    }
  }

  /** Call it once for each {@link watch} that has fulfilled. */
  unwatch(chat: Address): void {
    this.audience.unwatch(chat);
  }

  /** Who looks at a chat here has changed. */
  tellViewers(chatId: string): void {
    this.tell([watchChannelOf(chatId)], { kind: 'viewers', body: chatId });
  }

  /** From now on this node is there for the others, and hears of them. */
  start(listeners: ClusterListeners): void {
    this.listeners = listeners;
    this.nodes?.start({
      adminsChanged: () => listeners.adminsChanged(),
      forgotten: () => void this.registry?.tellAgain(),
      gone: () => listeners.nodeGone(this.relay.openOfAdmins()),
    });
    this.sweep.soon();
  }

  async close(): Promise<void> {
    this.sweep.close();
    this.filler.close();
    this.registry?.close();
    await this.nodes?.stop();
    this.bus?.close();
  }

  private tellNodes(): void {
    this.tell([NODES], { kind: 'nodes', body: null });
  }

  private tellNews(channels: string[], body: News): void {
    this.tell(channels, { kind: 'news', body });
  }

  private tell(channels: string[], hint: Hint): void {
    this.bus?.publish(channels, () => encodeHint(this.node, ++this.count, hint));
  }

  private heard(message: string): void {
    const head = headOf(message);
    if (!head || head.node === this.node || this.isOld(head)) return;
    try {
      this.take({ kind: head.kind, body: JSON.parse(message.slice(head.at)) } as Hint);
    } catch (err) {
      this.parts.log.warn({ err }, 'a hint from another node was not understood');
    }
  }

  /** Who came to a chat before its hint has read it; then the sweep tells those who have not. */
  private isOld({ node, count, chatId, seq }: NonNullable<ReturnType<typeof headOf>>): boolean {
    if (seq >= 0) return this.relay.hasPassed(chatId, seq);
    if (count <= (this.counts.get(node) ?? 0)) return true;
    this.counts.set(node, count);
    return false;
  }

  private take(hint: Hint): void {
    if (hint.kind === 'done') this.relay.accept(hint.body);
    else if (hint.kind === 'news') this.reach.hear(hint.body);
    else if (hint.kind === 'viewers') this.listeners?.viewersChanged(hint.body);
    else if (hint.kind === 'nodes') this.nodes?.lookAgain();
  }

  private async readLog(): Promise<void> {
    this.relay.tidy();
    for (const news of await this.parts.timelines.news()) this.relay.reveal(news);
    this.marked = true;
  }
}

async function inTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new StoreUnavailable('Chats cannot be read up.')),
      CATCH_UP_WITHIN,
    );
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Those who have to hear of it: its user, its admin, or, where the queue changes, every admin. */
function channelsOf(done: Done): string[] {
  const { userId, adminId } = addressOf(done);
  const channels = [channelOf('user', userId)];
  if (changesQueue(done)) channels.push(DESK);
  else if (adminId !== null) channels.push(channelOf('admin', adminId));
  return channels;
}
