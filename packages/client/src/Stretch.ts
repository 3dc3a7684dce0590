/** A part of a timeline without a gap: the one place where entries are put into order. */
import type { Chat, Message } from './wire.js';

/** An entry of the timeline; of one's own messages also how far they have got. */
export type TimelineMessage = Message & { state?: 'sent' | 'delivered' | 'seen' };

export class Stretch {
  /** Rising by `seq`, each one more than the one before. */
  entries: TimelineMessage[] = [];

  /** @param last `seq` up to which everything is here, or left out on purpose; null: not known */
  constructor(public last: number | null = null) {}

  /** `seq` of the first entry, or of the one that would come next. */
  get first(): number {
    return (this.last ?? 0) - this.entries.length + 1;
  }

  /**
   * Takes what fits on at either end, and leaves the rest.
   * @param page rising by `seq` without a gap
   * @returns what came at the end
   */
  add(page: readonly TimelineMessage[]): TimelineMessage[] {
    const [head] = page;
    if (!head) return [];
    this.last ??= head.seq - 1;
    const { first, last } = this;
    const older = page.filter(({ seq }) => seq < first);
    if (older.at(-1)?.seq === first - 1) this.entries = [...older, ...this.entries];
    if (head.seq > last + 1) return [];
    const newer = page.filter(({ seq }) => seq > last);
    this.entries.push(...newer);
    this.last = last + newer.length;
    return newer;
  }

  /** Brings the states of one's own messages up to the marks of the other side. */
  restate(mark: Chat['marks']['user'], isOwn: (entry: Message) => boolean): void {
    this.entries.forEach((entry, index) => {
      if (entry.kind !== 'message' || !isOwn(entry)) return;
      const state = stateOf(entry.seq, mark);
      if (state !== entry.state) this.entries[index] = { ...entry, state };
    });
  }

  /** Lets go of the oldest; they can be loaded again. */
  trim(most: number): void {
    if (this.entries.length > most) this.entries.splice(0, this.entries.length - most);
  }
}

function stateOf(seq: number, mark: Chat['marks']['user']): 'sent' | 'delivered' | 'seen' {
  if (seq <= mark.seenSeq) return 'seen';
  return seq <= mark.deliveredSeq ? 'delivered' : 'sent';
}
