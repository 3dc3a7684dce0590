/**
 * A statement over any number of rows, compiled once.
 *
 * PostgreSQL takes the rows as one array for each column, so there is one short statement whatever
 * their number. SQLite has no arrays: there each number of rows is another text, which this thread has
 * to compile and the engine to prepare, and both cost more than to carry it out; so many rows go in
 * pieces of a few sizes, and what is left, or never was more, in one.
 */
import { type CompiledQuery, type Kysely, type RawBuilder, sql } from 'kysely';
import { isPostgres } from './migrations/engine.js';
import type { Tables } from './schema.js';

/** Largest first. At 10 values a row the largest stays below the 32,766 that SQLite takes. */
const SIZES = [256, 64, 32];

/** The values of a row, in the order in which the statement names them. */
type Values = readonly unknown[];
type ColumnType = 'bigint' | 'text';

export class BulkStatement<Row extends Values, Result = unknown> {
  private readonly compiled = new Map<number, CompiledQuery<Result>>();

  /**
   * @param types of the values
   * @param build the statement, for rows that stand in it as a query would
   */
  constructor(
    private readonly types: readonly ColumnType[],
    private readonly build: (db: Kysely<Tables>, rows: RawBuilder<unknown>) => Compilable<Result>,
  ) {}

  /** @returns the rows that the statement gives back. */
  async execute(db: Kysely<Tables>, rows: readonly Row[]): Promise<Result[]> {
    if (rows.length === 0) return [];
    if (isPostgres(db)) {
      const arrays = this.types.map((_type, column) => rows.map((row) => row[column]));
      return this.run(db, 0, () => this.asArrays(), arrays);
    }
    const results: Result[] = [];
    for (let from = 0; from < rows.length; ) {
      const left = rows.length - from;
      const size = SIZES.find((one) => one <= left) ?? left;
      const piece = rows.slice(from, from + size);
      results.push(...(await this.run(db, size, () => this.asValues(size), piece.flat())));
      from += size;
    }
    return results;
  }

  /** @param size by which it is known once it is compiled */
  private async run(
    db: Kysely<Tables>,
    size: number,
    relation: () => RawBuilder<unknown>,
    parameters: unknown[],
  ): Promise<Result[]> {
    let query = this.compiled.get(size);
    if (!query) {
      query = this.build(db, relation()).compile(db);
      this.compiled.set(size, query);
    }
    return (await db.executeQuery<Result>({ ...query, parameters })).rows;
  }

  private asArrays(): RawBuilder<unknown> {
    const arrays = this.types.map((type) => sql`${null}::${sql.raw(type)}[]`);
    return sql`select * from unnest(${sql.join(arrays)})`;
  }

  private asValues(size: number): RawBuilder<unknown> {
    const row = sql`(${sql.join(this.types.map(() => null))})`;
    return sql`values ${sql.join(Array.from({ length: size }, () => row))}`;
  }
}

interface Compilable<Result> {
  compile(db: Kysely<Tables>): CompiledQuery<Result>;
}
