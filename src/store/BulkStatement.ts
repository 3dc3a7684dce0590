/**
 * A statement over any number of rows. For each number it is another text, which this thread has to
 * compile and the engine to prepare, and both cost more than to carry it out; so rows go in pieces of
 * a few fixed sizes, and a piece of each size is compiled once.
 */
import type { CompiledQuery, Kysely } from 'kysely';
import type { Tables } from './schema.js';

/** Largest first. At 10 values a row the largest stays below the 32,766 that SQLite takes. */
const SIZES = [256, 64, 16, 4, 1];

/** The values of a row, in the order in which the statement names them. */
type Values = readonly unknown[];

export class BulkStatement<Row extends Values, Result = unknown> {
  private readonly compiled = new Map<number, CompiledQuery<Result>>();

  /** @param build compiles the statement for rows of which only the number counts. */
  constructor(private readonly build: (db: Kysely<Tables>, rows: Row[]) => CompiledQuery<Result>) {}

  /** @returns the rows that the statement gives back. */
  async execute(db: Kysely<Tables>, rows: readonly Row[]): Promise<Result[]> {
    const results: Result[] = [];
    let from = 0;
    for (const size of SIZES) {
      for (; rows.length - from >= size; from += size) {
        const piece = rows.slice(from, from + size);
        const query = this.compile(db, piece);
        const { rows: given } = await db.executeQuery<Result>({
          ...query,
          parameters: piece.flat(),
        });
        results.push(...given);
      }
    }
    return results;
  }

  private compile(db: Kysely<Tables>, piece: Row[]): CompiledQuery<Result> {
    const known = this.compiled.get(piece.length);
    if (known) return known;
    const query = this.build(db, piece);
    this.compiled.set(piece.length, query);
    return query;
  }
}
