/**
 * The feed of a node among several. What was committed here and what was committed elsewhere pass the
 * same gate, one for each chat that has a participant here, so that everybody here sees each `seq`
 * once and in order. What a gate lacks is wanted, and comes from the database.
 */
import { type Actor, sideOf } from '../auth/policy.js';
import type { OpenChat } from '../store/ChatStore.js';
import type { LogNews, LogPage, LogQuery } from '../store/TimelineLog.js';
import { type Address, addressOf, type Done } from '../timeline/commands.js';
import { retell, retellStart } from '../timeline/retell.js';
import { type Audience, channelOf } from './Audience.js';
import type { Feed } from './Feed.js';
import { Gate } from './Gate.js';
import { Recent } from './Recent.js';

/** Chats of others that are remembered, so that the admins here hear of each change once. */
const TOLD_LIMIT = 20_000;

const NONE: ReadonlySet<Gate> = new Set();

export class Relay {
  private readonly gates = new Map<string, Gate>();
  /** By the channel of an identity: its chats. */
  private readonly gatesOf = new Map<string, Set<Gate>>();
  /** Chats without a gate: the last `seq` that was told here, Infinity after the end. */
  private readonly told = new Recent<number>(TOLD_LIMIT);

  /** @param want has what a chat lacks read from the database soon; it comes back by {@link replay} */
  constructor(
    private readonly feed: Pick<Feed, 'deliver'>,
    private readonly audience: Audience,
    private readonly want: (chatId: string, deskSeq?: number) => void,
  ) {}

  /**
   * Something was done, here or elsewhere.
   * @param here just now, by this node
   */
  accept(done: Done, here = false): void {
    const to = addressOf(done);
    const seq = seqOf(done);
    if (seq === undefined) {
      if (this.audience.concerns(to)) this.feed.deliver(done);
      return;
    }
    if (this.hasPassed(to.chatId, seq)) return;
    const gate = this.gateFor(to);
    if (here && gate && gate.seq === undefined) this.beginWith(done, gate);
    if (gate) this.pass(gate, gate.offer(seq, done));
    else this.tellAdmins(done, seq);
  }

  /** Whether something of a chat may still be told to those who take part in it here. */
  hasGate(chatId: string): boolean {
    return this.gates.has(chatId);
  }

  /** Whether this has been told here before. */
  hasPassed(chatId: string, seq: number): boolean {
    const gate = this.gates.get(chatId);
    return ((gate ? gate.seq : this.told.get(chatId)) ?? -1) >= seq;
  }

  /**
   * Fulfils when chats are here as far as they were read, so that nothing of that is told any more.
   * @param open as they were read after their channels were heard
   */
  async catchUp(open: readonly OpenChat[]): Promise<void> {
    // What was open when it was read may have ended, and been told of, meanwhile.
    const still = open.filter(({ chatId }) => this.told.get(chatId) !== Infinity);
    const behind = still.map(({ lastSeq, ...to }) => {
      const gate = this.gates.get(to.chatId) ?? this.newGate(to);
      gate.reveal(lastSeq);
      this.pass(gate, this.audience.owedSince(to) ? [] : gate.begin(lastSeq));
      return gate.settled();
    });
    await Promise.all(behind);
  }

  /**
   * Fulfils when what is known here to exist, and may be addressed to an identity, has been told to
   * those who are here. A chat has one user for ever; whose admin it becomes is known when it passes.
   */
  async settled(actor: Actor): Promise<void> {
    const gates = sideOf(actor.role) === 'user' ? this.gatesOfActor(actor) : this.gates.values();
    await Promise.all(
      [...gates].filter(({ to }) => this.isBegun(to)).map((gate) => gate.settled()),
    );
  }

  /** Whether a chat has anything to tell an identity here that is not in what they read. */
  hasGates(actor: Actor): boolean {
    return this.gatesOfActor(actor).size > 0;
  }

  /** The chats of an identity that have not ended, and how far they have been told here. */
  openOf(actor: Actor): OpenChat[] {
    const open: OpenChat[] = [];
    for (const gate of this.gatesOfActor(actor)) {
      if (gate.seq !== undefined) open.push({ ...gate.to, lastSeq: Math.max(gate.seq, 0) });
    }
    return open;
  }

  /** The chats whose admins are connected here. */
  openOfAdmins(): Address[] {
    return [...this.gates.values()].flatMap((gate) => {
      const { adminId } = gate.to;
      return adminId !== null && this.audience.isHere('admin', adminId) ? [gate.to] : [];
    });
  }

  /** An identity knows of {@link openOf}; whatever comes from now on, it is owed. */
  greeted(actor: Actor): void {
    this.audience.greeted(actor);
    for (const gate of this.gatesOfActor(actor)) {
      if (gate.lacks) this.want(gate.to.chatId);
    }
  }

  /** From the sweep: what exists, whether or not this node has heard of it. */
  reveal({ lastSeq, deskSeq, ...to }: LogNews): void {
    if (this.hasPassed(to.chatId, lastSeq)) return;
    const gate = this.gateFor(to);
    gate?.reveal(lastSeq);
    if (gate?.lacks) this.want(to.chatId);
    else if (!gate && deskSeq !== null && this.audience.hasAdmins) this.want(to.chatId, deskSeq);
  }

  /** From where on a chat has to be read; undefined when nothing is lacking, or owed to nobody yet. */
  lacking(chatId: string): LogQuery['after'] | undefined {
    const gate = this.gates.get(chatId);
    if (!gate?.lacks) return undefined;
    return gate.seq ?? this.audience.owedSince(gate.to);
  }

  /** What was read. @param deskSeq where nobody here takes part: the entry that admins are told of */
  replay({ chat, afterSeq, entries }: LogPage, deskSeq?: number): void {
    const gate = this.gates.get(chat.chatId);
    if (!gate && deskSeq === undefined) return;
    if (!gate) {
      const entry = entries.find(({ seq }) => seq === deskSeq);
      const done = entry ? retell(entry, null, chat) : retellStart(chat);
      if (!this.hasPassed(chat.chatId, deskSeq ?? 0)) this.tellAdmins(done, deskSeq ?? 0);
      return;
    }
    // What was told here before there was a gate is not told again.
    const told = this.told.get(chat.chatId) ?? -1;
    if (gate.seq === undefined) this.pass(gate, gate.begin(Math.max(afterSeq, told)));
    if (gate.seq === -1) this.pass(gate, gate.offer(0, retellStart(chat)));
    for (const entry of entries) {
      if (entry.seq !== (gate.seq ?? 0) + 1) continue;
      this.pass(gate, gate.offer(entry.seq, retell(entry, gate.to.adminId, chat)));
    }
  }

  /** Forgets the chats that have nobody here any more. */
  tidy(): void {
    for (const gate of this.gates.values()) {
      if (!this.audience.concerns(gate.to)) this.drop(gate);
    }
  }

  private gatesOfActor({ role, id }: Actor): ReadonlySet<Gate> {
    return this.gatesOf.get(channelOf(sideOf(role), id)) ?? NONE;
  }

  /** Otherwise it waits for somebody who is just coming, and may wait for them itself. */
  private isBegun(to: Address): boolean {
    return this.gates.get(to.chatId)?.seq !== undefined;
  }

  private gateFor(to: Address): Gate | undefined {
    const known = this.gates.get(to.chatId);
    return known ?? (this.audience.concerns(to) ? this.newGate(to) : undefined);
  }

  /**
   * What this node does itself cannot be old news: a chat that starts is owed from its start, and to
   * an admin who takes one from its assignment on. Of anything else the database knows.
   */
  private beginWith(done: Done, gate: Gate): void {
    if (done.kind === 'start') gate.begin(-1);
    else if (done.kind === 'assignment' && !this.audience.isHere('user', gate.to.userId)) {
      gate.begin(done.chat.lastSeq - 1);
    }
  }

  private newGate(to: Address): Gate {
    const gate = new Gate(to);
    this.gates.set(to.chatId, gate);
    this.index(gate, to);
    return gate;
  }

  /** Whose chat it is from now on; null: it is forgotten. */
  private index(gate: Gate, to: Address | null): void {
    for (const channel of channelsOf(gate.to)) {
      const gates = this.gatesOf.get(channel);
      gates?.delete(gate);
      if (gates?.size === 0) this.gatesOf.delete(channel);
    }
    if (to === null) return;
    gate.to = to;
    for (const channel of channelsOf(to)) {
      const gates = this.gatesOf.get(channel) ?? new Set();
      this.gatesOf.set(channel, gates.add(gate));
    }
  }

  private pass(gate: Gate, due: readonly Done[]): void {
    for (const done of due) {
      this.index(gate, addressOf(done));
      this.feed.deliver(done);
      // Nothing follows it (P5), and there may be many while somebody stays.
      if (done.kind === 'end') {
        this.drop(gate);
        this.told.set(gate.to.chatId, Infinity);
      }
    }
    if (gate.lacks) this.want(gate.to.chatId);
  }

  private drop(gate: Gate): void {
    const { chatId } = gate.to;
    this.gates.delete(chatId);
    gate.abandon();
    this.index(gate, null);
    if (gate.seq !== undefined) this.told.set(chatId, gate.seq);
  }

  /** Of a chat that concerns nobody here, admins hear what changes their queue. */
  private tellAdmins(done: Done, seq: number): void {
    if (!this.audience.hasAdmins || done.kind === 'message') return;
    this.told.set(addressOf(done).chatId, seq);
    this.feed.deliver(done);
  }
}

function channelsOf({ userId, adminId }: Address): string[] {
  const user = channelOf('user', userId);
  return adminId === null ? [user] : [user, channelOf('admin', adminId)];
}

/** Marks have none. */
function seqOf(done: Done): number | undefined {
  return done.kind === 'start' ? 0 : done.entry?.seq;
}
