/**
 * This node among others. The database is the log; the bus wakes: an entry that comes as a hint and is
 * the next is delivered at once, a gap is read, and a slow sweep finds what no hint told of.
 */
import { randomUUID } from 'node:crypto';
import { type Actor, sideOf } from '../auth/policy.js';
import type { Logger } from '../log.js';
import { type ChatStore, type OpenChat, StoreUnavailable } from '../store/ChatStore.js';
import type { TimelineLog } from '../store/TimelineLog.js';
import { addressOf, type Done } from '../timeline/commands.js';
import { Audience, channelOf, DESK, NODES } from './Audience.js';
import { Bus } from './Bus.js';
import type { Emitter } from './Emitter.js';
import type { Feed } from './Feed.js';
import { GapFiller } from './GapFiller.js';
import { type Ended, encodeHint, endedBy, type Hint, headOf, type News } from './hints.js';
import { ClusterReach } from './Reach.js';
import { Recent } from './Recent.js';
import { Relay } from './Relay.js';
import { Repeated } from './Repeated.js';

/** With a query and a reading of gaps after it, nothing is later than 3 s; in milliseconds. */
const SWEEP_EVERY = 1500;
/** Longest that somebody who comes may wait for their chats, in milliseconds. */
const CATCH_UP_WITHIN = 4000;

export interface ClusterParts {
  redisUrl: string | undefined;
  store: Pick<ChatStore, 'getOpenChats'> & { timelines: TimelineLog };
  emitter: Emitter;
  feed: Feed;
  log: Logger;
}

export class Cluster {
  /** Tells participants on every node. */
  readonly reach: ClusterReach;
  private readonly node = randomUUID();
  private readonly bus: Bus | undefined;
  private readonly audience: Audience;
  private readonly filler: GapFiller;
  private readonly relay: Relay;
  private readonly sweep: Repeated;
  /** Hints told by this node, and last heard of each other node. */
  private count = 0;
  private readonly counts = new Recent<number>(1000);

  constructor(private readonly parts: ClusterParts) {
    const { redisUrl, store, emitter, feed, log } = parts;
    this.sweep = new Repeated(() => this.readLog(), SWEEP_EVERY);
    const listener = {
      heard: (message: string) => this.heard(message),
      back: () => this.sweep.soon(),
    };
    this.bus = redisUrl === undefined ? undefined : new Bus(redisUrl, listener, log);
    this.audience = new Audience(this.bus);
    this.filler = new GapFiller(store.timelines, () => this.relay, log);
    this.relay = new Relay(feed, this.audience, (chatId, deskSeq) =>
      this.filler.want(chatId, deskSeq),
    );
    this.reach = new ClusterReach(emitter, (channels, news) => this.tellNews(channels, news));
    this.sweep.soon();
  }

  /** What this node has committed, in the order of its commits. */
  deliver(done: Done): void {
    this.relay.accept(done);
    this.tell(channelsOf(done), { kind: 'done', body: done });
  }

  /**
   * Before an identity comes in: fulfils when what is published for it is heard here, and nothing that
   * it may have been told by another node will be told again.
   * @throws StoreUnavailable
   */
  async arrive(actor: Actor): Promise<void> {
    await this.audience.arrive(actor);
    // Admins hear of changes in every queue; those of before are told to those who are here before.
    if (sideOf(actor.role) === 'admin') await this.sweep.now();
    await inTime(this.relay.catchUp(await this.parts.store.getOpenChats(actor)));
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

  /** Sign-ins have ended; their connections have to go, on every node. */
  end(ended: Ended): void {
    this.parts.emitter.endSessions(endedBy(ended));
    this.tell([NODES], { kind: 'ended', body: ended });
  }

  close(): void {
    this.sweep.close();
    this.filler.close();
    this.bus?.close();
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

  private isOld({ node, count, chatId, seq }: NonNullable<ReturnType<typeof headOf>>): boolean {
    if (seq >= 0) return this.relay.hasPassed(chatId, seq);
    if (count <= (this.counts.get(node) ?? 0)) return true;
    this.counts.set(node, count);
    return false;
  }

  private take(hint: Hint): void {
    if (hint.kind === 'done') this.relay.accept(hint.body);
    else if (hint.kind === 'news') this.reach.hear(hint.body);
    else if (hint.kind === 'ended') this.parts.emitter.endSessions(endedBy(hint.body));
  }

  private async readLog(): Promise<void> {
    this.relay.tidy();
    try {
      for (const news of await this.parts.store.timelines.news()) this.relay.reveal(news);
    } catch (err) {
      this.parts.log.debug({ err }, 'the log could not be read; trying again');
    }
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
  const isOfDesk = /^(start|assignment|unassignment)$/.test(done.kind);
  if (isOfDesk || (done.kind === 'end' && adminId === null)) channels.push(DESK);
  else if (adminId !== null) channels.push(channelOf('admin', adminId));
  return channels;
}
