/**
 * The feed of a node among several. What was committed here and what was committed elsewhere pass the
 * same gate, one for each chat that has a participant here, so that everybody here sees each `seq`
 * once and in order. What a gate lacks is wanted, and comes from the database.
 */
import type { Actor } from '../auth/policy.js';
import type { OpenChat } from '../store/ChatStore.js';
import type { LogNews, LogPage } from '../store/TimelineLog.js';
import { type Address, addressOf, type Done } from '../timeline/commands.js';
import { retell, retellStart } from '../timeline/retell.js';
import type { Chat } from '../validations/chat.validation.js';
import type { Audience } from './Audience.js';
import type { Feed } from './Feed.js';
import { Gate } from './Gate.js';
import { Recent } from './Recent.js';

/** Chats of others that are remembered, so that the admins here hear of each change once. */
const TOLD_LIMIT = 20_000;

export class Relay {
  private readonly gates = new Map<string, Gate>();
  /** Those of which it is not known yet from where on they are owed, and some that were. */
  private readonly unbegun = new Set<Gate>();
  /** Chats without a gate: the last `seq` that was told here. */
  private readonly told = new Recent<number>(TOLD_LIMIT);

  /** @param want has what a chat lacks read from the database soon; it comes back by {@link replay} */
  constructor(
    private readonly feed: Pick<Feed, 'deliver'>,
    private readonly audience: Audience,
    private readonly want: (chatId: string, deskSeq?: number) => void,
  ) {}

  /** Something was done, here or elsewhere. */
  accept(done: Done): void {
    const to = addressOf(done);
    const seq = seqOf(done);
    if (seq === undefined) {
      if (this.audience.concerns(to)) this.feed.deliver(done);
      return;
    }
    if (this.hasPassed(to.chatId, seq)) return;
    const gate = this.gateFor(to, done);
    if (gate) this.pass(gate, gate.offer(seq, done));
    else this.tellAdmins(done, seq);
  }

  /** Whether this has been told here before. */
  hasPassed(chatId: string, seq: number): boolean {
    const gate = this.gates.get(chatId);
    return ((gate ? gate.seq : this.told.get(chatId)) ?? -1) >= seq;
  }

  /** The open chats of an identity, as they were read after its channel was heard. */
  seed(actor: Actor, open: readonly OpenChat[]): void {
    for (const { lastSeq, ...to } of open) this.begin(to, lastSeq);
    this.audience.greeted(actor);
    // What began between the reading and now is owed from its beginning.
    for (const gate of this.unbegun) {
      if (gate.seq !== undefined) this.unbegun.delete(gate);
      else if (this.owes(gate)) this.pass(gate, this.beginningOf(gate));
    }
  }

  /** A chat that is before somebody's eyes here, as it was read after its channel was heard. */
  begin(to: Address, lastSeq: number): void {
    const gate = this.gates.get(to.chatId) ?? this.newGate(to);
    gate.reveal(lastSeq);
    this.pass(gate, this.owes(gate) ? [] : gate.begin(lastSeq));
  }

  /** From the sweep: what exists, whether or not this node has heard of it. */
  reveal({ lastSeq, deskSeq, ...to }: LogNews): void {
    if (this.hasPassed(to.chatId, lastSeq)) return;
    const gate = this.gateFor(to);
    gate?.reveal(lastSeq);
    if (gate?.lacks) this.want(to.chatId);
    else if (!gate && deskSeq !== null && this.audience.hasAdmins) this.want(to.chatId, deskSeq);
  }

  /**
   * After which `seq` a chat has to be read; undefined when nothing is lacking, or when it is not known
   * yet from where it is owed.
   */
  lacking(chatId: string): number | undefined {
    const gate = this.gates.get(chatId);
    if (!gate?.lacks) return undefined;
    return gate.seq ?? (this.owes(gate) ? Number.MAX_SAFE_INTEGER : undefined);
  }

  /** What was read. @param deskSeq where nobody here takes part: the entry that admins are told of */
  replay({ chat, entries }: LogPage, deskSeq?: number): void {
    const gate = this.gates.get(chat.chatId);
    if (!gate && deskSeq === undefined) return;
    if (!gate) {
      const entry = entries.find(({ seq }) => seq === deskSeq);
      const done = entry ? retell(entry, null, chat) : retellStart(chat);
      if (!this.hasPassed(chat.chatId, deskSeq ?? 0)) this.tellAdmins(done, deskSeq ?? 0);
      return;
    }
    if (gate.seq === undefined) this.pass(gate, gate.begin(owedAfter(gate, chat)));
    if (gate.seq === -1) this.pass(gate, gate.offer(0, retellStart(chat)));
    for (const entry of entries) {
      if (entry.seq !== (gate.seq ?? 0) + 1) continue;
      this.pass(gate, gate.offer(entry.seq, retell(entry, gate.to.adminId, chat)));
    }
  }

  /** Forgets the chats that have nobody here any more. */
  tidy(): void {
    for (const gate of this.unbegun) if (gate.seq !== undefined) this.unbegun.delete(gate);
    for (const [chatId, gate] of this.gates) {
      if (this.audience.concerns(gate.to)) continue;
      this.gates.delete(chatId);
      this.unbegun.delete(gate);
      if (gate.seq !== undefined) this.told.set(chatId, gate.seq);
    }
  }

  private gateFor(to: Address, done?: Done): Gate | undefined {
    const known = this.gates.get(to.chatId);
    if (known || !this.audience.concerns(to)) return known;
    const gate = this.newGate(to);
    if (this.audience.hasGreeted('user', to.userId) || done?.kind === 'start') gate.begin(-1);
    // An admin has a chat from its assignment on; what was before is read, not told.
    else if (done?.kind === 'assignment') gate.begin(done.chat.lastSeq - 1);
    return gate;
  }

  private newGate(to: Address): Gate {
    const gate = new Gate(to);
    this.gates.set(to.chatId, gate);
    this.unbegun.add(gate);
    return gate;
  }

  /** Somebody here who has been told of all their open chats did not have this one among them. */
  private owes({ seq, to }: Gate): boolean {
    if (seq !== undefined) return false;
    const { userId, adminId } = to;
    if (this.audience.hasGreeted('user', userId)) return true;
    return adminId !== null && this.audience.hasGreeted('admin', adminId);
  }

  /** To a user a chat is owed from its start; from where to an admin, the database knows. */
  private beginningOf(gate: Gate): Done[] {
    return this.audience.hasGreeted('user', gate.to.userId) ? gate.begin(-1) : [];
  }

  private pass(gate: Gate, due: readonly Done[]): void {
    for (const done of due) {
      gate.to = addressOf(done);
      this.feed.deliver(done);
    }
    if (gate.lacks) this.want(gate.to.chatId);
  }

  /** Of a chat that concerns nobody here, admins hear what changes their queue. */
  private tellAdmins(done: Done, seq: number): void {
    if (!this.audience.hasAdmins || done.kind === 'message') return;
    this.told.set(addressOf(done).chatId, seq);
    this.feed.deliver(done);
  }
}

/** Marks have none. */
function seqOf(done: Done): number | undefined {
  return done.kind === 'start' ? 0 : done.entry?.seq;
}

/** An admin who lost the chat meanwhile is told from what was heard first. */
function owedAfter({ to, lowestHeld }: Gate, { adminId, assignedSeq, lastSeq }: Chat): number {
  if (assignedSeq !== null && adminId === to.adminId) return assignedSeq - 1;
  return (lowestHeld ?? lastSeq + 1) - 1;
}
