/** What is known of a chat, put together from snapshots, entries and marks, in whatever order they come. */
import type { Chat, Message } from './wire.js';

type Marks = Chat['marks'];
type Mark = Marks['user'];
type Side = keyof Marks;

const NONE: Mark = { deliveredSeq: 0, seenSeq: 0 };

export class KnownChat {
  private snapshot: Chat | null = null;
  private known: Marks = { user: NONE, admin: NONE };
  /** Last `seq` that the state comes from; older facts do not change it. */
  private stateSeq = 0;
  private highest = 0;

  /** With `lastSeq` and marks as they are now; null until a snapshot has come. */
  get chat(): Chat | null {
    return this.snapshot;
  }

  get marks(): Marks {
    return this.known;
  }

  /** Highest `seq` that is known to exist. */
  get lastSeq(): number {
    return this.highest;
  }

  adopt(chat: Chat): void {
    if (!this.snapshot || chat.lastSeq >= this.stateSeq) {
      this.snapshot = chat;
      this.stateSeq = chat.lastSeq;
    }
    this.highest = Math.max(this.highest, chat.lastSeq);
    this.raise('user', chat.marks.user);
    this.raise('admin', chat.marks.admin);
  }

  learn(entry: Message): void {
    const { seq, senderRole, kind } = entry;
    this.highest = Math.max(this.highest, seq);
    if (seq > this.stateSeq && this.snapshot) {
      this.snapshot = after(this.snapshot, entry);
      if (kind !== 'message') this.stateSeq = seq;
    }
    // Whoever writes has seen what was there before.
    this.raise(senderRole, { deliveredSeq: seq, seenSeq: seq });
  }

  hear(lastSeq: number): void {
    this.highest = Math.max(this.highest, lastSeq);
    this.refresh();
  }

  raise(side: Side, { deliveredSeq, seenSeq }: Mark): void {
    const old = this.known[side];
    const mark = {
      deliveredSeq: Math.max(old.deliveredSeq, deliveredSeq),
      seenSeq: Math.max(old.seenSeq, seenSeq),
    };
    if (mark.deliveredSeq !== old.deliveredSeq || mark.seenSeq !== old.seenSeq) {
      this.known = { ...this.known, [side]: mark };
    }
    this.refresh();
  }

  private refresh(): void {
    const { snapshot, known, highest } = this;
    if (snapshot && (snapshot.marks !== known || snapshot.lastSeq !== highest)) {
      this.snapshot = { ...snapshot, marks: known, lastSeq: highest };
    }
  }
}

/** The state of a chat after an entry. */
function after(chat: Chat, { kind, seq, senderId, senderRole, createdAt }: Message): Chat {
  switch (kind) {
    case 'assignment':
      return {
        ...chat,
        status: 'assigned',
        adminId: senderId,
        assignedAt: createdAt,
        assignedSeq: seq,
      };
    case 'unassignment':
      return { ...chat, status: 'unassigned', adminId: null, assignedAt: null, assignedSeq: null };
    case 'end':
      return { ...chat, status: 'ended', endedAt: createdAt, endedBy: senderId };
    default:
      if (senderRole === 'user' || chat.firstResponseAt !== null) return chat;
      return { ...chat, firstResponseAt: createdAt };
  }
}
