/**
 * Follows a table whose rows are numbered when they are written, and become visible when they are
 * committed, which may be in another order. A number that was passed over is kept in mind until its
 * row comes, or until no transaction can be so old any more (it was rolled back); that bounds what is
 * kept by what is written meanwhile, and nothing else does, for what is forgotten is never told.
 */
import { type NumberRange, Skipped } from './Skipped.js';

/** Longer than any transaction lives (see the timeouts in postgres.ts), in milliseconds. */
const PATIENCE = 60_000;
/** Numbers before the place of the beginning that may be of transactions which are under way then. */
const LOOK_BACK = 100_000;
/** Rows read at once. */
const PAGE = 5000;

interface Numbered {
  number: number;
}

/** The queries over one table. Rows and ranges come rising by their number. */
export interface TailQueries<Row extends Numbered> {
  last(): Promise<number>;
  /** What has no row above a number, up to another that has one. */
  gaps(above: number, upTo: number): Promise<NumberRange[]>;
  above(number: number, limit: number): Promise<Row[]>;
  within(ranges: readonly NumberRange[], limit: number): Promise<Row[]>;
}

export class LogTail<Row extends Numbered> {
  /** Highest number seen; undefined before the first look. */
  private last: number | undefined;
  private readonly skipped = new Skipped();

  constructor(private readonly queries: TailQueries<Row>) {}

  /**
   * Rows that have become visible since the last call, each once; a page at a time. The first call
   * only marks the place: what is visible then is not told.
   */
  async *news(now = Date.now()): AsyncGenerator<Row[]> {
    if (this.last === undefined) {
      await this.begin(now);
      return;
    }
    let more = this.skipped.ranges.length > 0;
    while (more) {
      const late = await this.queries.within(this.skipped.ranges, PAGE);
      this.skipped.remove(late.map(({ number }) => number));
      yield late;
      more = late.length === PAGE;
    }
    // Only now: while the database could not be asked, much may have become visible.
    this.skipped.forget(now - PATIENCE);
    for (;;) {
      const rows: Row[] = await this.queries.above(this.last, PAGE);
      for (const { number } of rows) {
        this.skipped.add({ from: this.last + 1, to: number - 1 }, now);
        this.last = number;
      }
      yield rows;
      if (rows.length < PAGE) return;
    }
  }

  private async begin(now: number): Promise<void> {
    const last = await this.queries.last();
    const gaps = await this.queries.gaps(Math.max(0, last - LOOK_BACK), last);
    for (const gap of gaps) this.skipped.add(gap, now);
    this.last = last;
  }
}
