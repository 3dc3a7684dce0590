/**
 * Follows a table whose rows are numbered when they are written, and become visible when they are
 * committed, which may be in another order. A number that was passed over is kept in mind until its
 * row comes, or until no transaction can be so old any more (it was rolled back).
 */

/** Longer than any transaction lives (see the timeouts in postgres.ts), in milliseconds. */
const PATIENCE = 30_000;
/** Numbers kept in mind; a batch that is rolled back leaves up to a thousand. */
const MISSING_LIMIT = 20_000;
/** Rows before the end at the start, whose transactions may not have been committed yet. */
const LOOK_BACK = 1000;
/** Rows read at once. */
const PAGE = 5000;

interface Numbered {
  number: number;
}

/** The queries over one table. Rows come rising by their number. */
export interface TailQueries<Row extends Numbered> {
  last(): Promise<number>;
  above(number: number, limit: number): Promise<Row[]>;
  among(numbers: number[]): Promise<Row[]>;
}

export class LogTail<Row extends Numbered> {
  /** Highest number seen; undefined before the first look. */
  private last: number | undefined;
  /** Passed over, with the time since when; oldest first. */
  private readonly missing = new Map<number, number>();

  constructor(private readonly queries: TailQueries<Row>) {}

  /** Rows that have become visible since the last call, each once; a page at a time. */
  async *news(now = Date.now()): AsyncGenerator<Row[]> {
    this.last ??= Math.max(0, (await this.queries.last()) - LOOK_BACK);
    this.forget(now);
    if (this.missing.size > 0) {
      const late = await this.queries.among([...this.missing.keys()]);
      for (const { number } of late) this.missing.delete(number);
      yield late;
    }
    for (;;) {
      const rows: Row[] = await this.queries.above(this.last, PAGE);
      for (const { number } of rows) this.pass(number, now);
      yield rows;
      if (rows.length < PAGE) return;
    }
  }

  private pass(number: number, now: number): void {
    const last = this.last ?? 0;
    for (let skipped = Math.max(last + 1, number - LOOK_BACK); skipped < number; skipped++) {
      this.missing.set(skipped, now);
    }
    this.last = number;
  }

  private forget(now: number): void {
    for (const [number, since] of this.missing) {
      if (since > now - PATIENCE && this.missing.size <= MISSING_LIMIT) return;
      this.missing.delete(number);
    }
  }
}
