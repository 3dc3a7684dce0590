/**
 * Keeps what happens in one chat in order on this node, whichever node it comes from and however the
 * bus has mixed it: the next `seq` passes at once, a later one waits until the gap before it is
 * filled, an earlier one has been here (P3). The start of a chat counts as its `seq` 0.
 */
import type { Address, Done } from '../timeline/commands.js';

/** Entries that may wait; what is above is read again when its turn comes. */
const HELD_LIMIT = 500;

export class Gate {
  private readonly held = new Map<number, Done>();
  private highest = -1;
  /** Last `seq` that went through, -1 before the start; undefined while it is not known where to begin. */
  private passed: number | undefined;
  private waiting: { seq: number; resolve: () => void }[] = [];

  /** @param to whose chat it is at that point */
  constructor(public to: Address) {}

  /** Highest `seq` that is known to exist. */
  get known(): number {
    return this.highest;
  }

  get seq(): number | undefined {
    return this.passed;
  }

  /** Something exists that has not passed. */
  get lacks(): boolean {
    return this.passed === undefined || this.highest > this.passed;
  }

  /** An entry with this `seq` exists. */
  reveal(seq: number): void {
    this.highest = Math.max(this.highest, seq);
  }

  /** Up to `seq` everything is behind us. Without effect where that is known already. */
  begin(seq: number): Done[] {
    this.reveal(seq);
    this.passed ??= seq;
    return this.release();
  }

  /** @returns what may pass now, in order: this one, and what has waited for it. */
  offer(seq: number, done: Done): Done[] {
    this.reveal(seq);
    if (this.passed !== undefined && seq <= this.passed) return [];
    if (this.held.size < HELD_LIMIT || seq - 1 === this.passed) this.held.set(seq, done);
    return this.release();
  }

  /** Fulfils when everything that is known now has passed. */
  async settled(): Promise<void> {
    if (!this.lacks) return;
    await new Promise<void>((resolve) => this.waiting.push({ seq: this.highest, resolve }));
  }

  /** Nobody is here any more who could wait for it. */
  abandon(): void {
    for (const { resolve } of this.waiting) resolve();
    this.waiting = [];
  }

  private release(): Done[] {
    const due: Done[] = [];
    const { passed } = this;
    if (passed === undefined) return due;
    let last = passed;
    for (const seq of this.held.keys()) if (seq <= last) this.held.delete(seq);
    for (;;) {
      const next = this.held.get(last + 1);
      if (!next) break;
      this.held.delete(++last);
      due.push(next);
    }
    this.passed = last;
    this.waiting = this.waiting.filter(({ seq, resolve }) => {
      if (seq <= last) resolve();
      return seq > last;
    });
    return due;
  }
}
