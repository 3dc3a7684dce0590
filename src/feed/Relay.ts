/**
 * The feed of a node among several. What was committed here and what was committed elsewhere pass the
 * same gate, one for each chat that has a participant here, so that everybody here sees each `seq`
 * once and in order. What a gate lacks is wanted, and comes from the database.
 */
import { type Actor, sideOf } from '../auth/policy.js';
import type { OpenChat } from '../store/ChatStore.js';
import type { LogNews, LogPage, LogQuery } from '../store/TimelineLog.js';
import {
  type Address,
  addressOf,
  type Changed,
  changesQueue,
  type Done,
  positionOf,
} from '../timeline/commands.js';
import { retell, retellStart } from '../timeline/retell.js';
import type { Audience } from './Audience.js';
import { Desk } from './Desk.js';
import type { Feed } from './Feed.js';
import type { Gate } from './Gate.js';
import { Gates } from './Gates.js';
import { Recent } from './Recent.js';

/** Chats that have nobody here any more, and of which is remembered how far they were told. */
const TOLD_LIMIT = 20_000;

export class Relay {
  private readonly gates = new Gates();
  /** What was told while there was no gate: the last `seq` of each chat, Infinity after the end. */
  private readonly told = new Recent<number>(TOLD_LIMIT);
  private readonly desk: Desk;

  /**
   * @param want has what a chat lacks read from the database soon; it comes back by {@link replay} or
   *   {@link replayToDesk}
   */
  constructor(
    private readonly feed: Pick<Feed, 'deliver' | 'deliverToDesk' | 'deliverToUser'>,
    private readonly audience: Audience,
    private readonly want: (chatId: string) => void,
  ) {
    this.desk = new Desk(feed, audience);
  }

  /**
   * Something was done, here or elsewhere.
   * @param here just now, by this node
   */
  accept(done: Done, here = false): void {
    const to = addressOf(done);
    const seq = positionOf(done);
    if (seq === undefined) {
      if (this.audience.concerns(to)) this.feed.deliver(done);
      return;
    }
    if (!this.hasPassed(to.chatId, seq)) {
      const gate = this.gateFor(to, seq);
      if (here && gate && gate.seq === undefined) this.beginWith(done, gate);
      if (gate) this.pass(gate, gate.offer(seq, done));
    }
    if (changesQueue(done) && (here || this.desk.isNews(done))) this.offerToDesk(done, seq);
  }

  /** Whether something of a chat may still be told to those who take part in it here. */
  hasGate(chatId: string): boolean {
    return this.gates.get(chatId) !== undefined;
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
      const gate = this.gateFor(to, lastSeq) ?? this.gates.add(to);
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
    const gates = sideOf(actor.role) === 'user' ? this.gates.of(actor) : this.gates.all();
    await Promise.all(
      // One that has not begun waits for somebody who is just coming, and may wait for them itself.
      [...gates].filter(({ seq }) => seq !== undefined).map((gate) => gate.settled()),
    );
  }

  /** Whether a chat has anything to tell an identity here that is not in what they read. */
  hasGates(actor: Actor): boolean {
    return this.gates.of(actor).size > 0;
  }

  /** The chats of an identity that have not ended, and how far they have been told here. */
  openOf(actor: Actor): OpenChat[] {
    const open: OpenChat[] = [];
    for (const gate of this.gates.of(actor)) {
      if (gate.seq !== undefined) open.push({ ...gate.to, lastSeq: Math.max(gate.seq, 0) });
    }
    return open;
  }

  /** The chats whose admins are connected here. */
  openOfAdmins(): Address[] {
    return [...this.gates.all()].flatMap((gate) => {
      const { adminId } = gate.to;
      return adminId !== null && this.audience.isHere('admin', adminId) ? [gate.to] : [];
    });
  }

  /** An identity knows of {@link openOf}; whatever comes from now on, it is owed. */
  greeted(actor: Actor): void {
    this.audience.greeted(actor);
    for (const gate of this.gates.of(actor)) {
      if (gate.lacks) this.want(gate.to.chatId);
    }
  }

  /** From the sweep: what exists, whether or not this node has heard of it. */
  reveal({ lastSeq, deskSeq, ...to }: LogNews): void {
    const { chatId } = to;
    if (deskSeq !== null) this.desk.reveal(chatId, deskSeq);
    if (!this.hasPassed(chatId, lastSeq)) this.gateFor(to, lastSeq)?.reveal(lastSeq);
    this.wantLacking(chatId);
  }

  /** From where on a chat has to be read; undefined when nothing is lacking, or owed to nobody yet. */
  lacking(chatId: string): LogQuery['after'] | undefined {
    const gate = this.gates.get(chatId);
    if (!gate?.lacks) return undefined;
    return gate.seq ?? this.audience.owedSince(gate.to);
  }

  /** The same for what admins have to be told of the queue, and no gate will tell them. */
  lackingAtDesk(chatId: string): number | undefined {
    const seq = this.desk.owes(chatId);
    return seq === undefined || this.willPass(chatId, seq) ? undefined : seq - 1;
  }

  /** What was read of what is {@link lacking}. */
  replay({ chat, afterSeq, before, entries }: LogPage): void {
    const { chatId } = chat;
    const gate = this.gates.get(chatId);
    if (!gate) return;
    // What was told here before there was a gate is not told again.
    const begin = Math.max(afterSeq, this.told.get(chatId) ?? -1);
    if (gate.seq === undefined) this.pass(gate, gate.begin(begin));
    if (gate.seq === -1) this.pass(gate, gate.offer(0, retellStart(chat)));
    let last = before;
    for (const entry of entries) {
      if (entry.seq === (gate.seq ?? 0) + 1) {
        this.pass(gate, gate.offer(entry.seq, retell(entry, last, chat)));
      }
      last = entry;
    }
    // Whoever is here has read the end, or been told.
    if (chat.status === 'ended' && gate.seq === chat.lastSeq) this.finish(gate);
  }

  /** What was read of what is {@link lackingAtDesk}. */
  replayToDesk({ chat, before, entries }: LogPage): void {
    const due = this.desk.owes(chat.chatId);
    const entry = entries.find(({ seq }) => seq === due);
    const done = due === 0 ? retellStart(chat) : entry && retell(entry, before, chat);
    if (due !== undefined && done && changesQueue(done)) this.offerToDesk(done, due);
  }

  /** Forgets the chats that have nobody here any more. */
  tidy(): void {
    for (const gate of this.gates.all()) {
      // What it lacks may be another's, and is known to nobody else here.
      const isWaiting = gate.seq !== undefined && gate.lacks;
      if (!isWaiting && !this.audience.concerns(gate.to)) this.drop(gate);
    }
  }

  private gateFor(to: Address, seq: number): Gate | undefined {
    const gate = this.gates.get(to.chatId);
    if (!gate) return this.audience.concerns(to) ? this.gates.add(to) : undefined;
    // Nobody waits for it yet: where it begins is decided for those who take part now.
    const isIdle = gate.seq === undefined && this.audience.owedSince(gate.to) === undefined;
    if (isIdle && seq >= gate.known) this.gates.move(gate, to);
    return gate;
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

  private pass(gate: Gate, due: readonly Done[]): void {
    for (const done of due) {
      const to = addressOf(done);
      const seq = positionOf(done) ?? 0;
      this.gates.move(gate, to);
      // Admins are told rising; what they have been told something later of is for the user alone.
      if (this.desk.hasTold(to.chatId, seq)) this.feed.deliverToUser(done);
      else this.feed.deliver(done);
      if (changesQueue(done)) this.desk.note(to.chatId, seq);
      // Nothing follows it (P5), and there may be many while somebody stays.
      if (done.kind === 'end') this.finish(gate);
    }
    this.wantLacking(gate.to.chatId);
  }

  private wantLacking(chatId: string): void {
    if (this.gates.get(chatId)?.lacks || this.desk.owes(chatId) !== undefined) this.want(chatId);
  }

  /** It is told to every admin, unless a gate will do that. */
  private offerToDesk(done: Changed, seq: number): void {
    const { chatId } = done.chat;
    if (this.desk.hasTold(chatId, seq)) return;
    // The gate may turn out to begin behind it.
    this.desk.reveal(chatId, seq);
    if (this.willPass(chatId, seq)) return;
    if (!this.gates.get(chatId)) this.told.set(chatId, Math.max(seq, this.told.get(chatId) ?? -1));
    this.desk.tell(done, seq);
  }

  /** Whether a gate lets an entry pass soon, because somebody is here or coming to whom it may be owed. */
  private willPass(chatId: string, seq: number): boolean {
    const gate = this.gates.get(chatId);
    if (!gate || (gate.seq ?? -1) >= seq) return false;
    return this.audience.isComing(gate.to) || this.lacking(chatId) !== undefined;
  }

  private finish(gate: Gate): void {
    this.drop(gate);
    this.told.set(gate.to.chatId, Infinity);
  }

  private drop(gate: Gate): void {
    this.gates.remove(gate);
    const { chatId } = gate.to;
    if (gate.seq !== undefined) this.told.set(chatId, gate.seq);
    this.wantLacking(chatId);
  }
}
