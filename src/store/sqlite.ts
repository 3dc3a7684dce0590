/**
 * Opens the embedded database in a data directory, for one process alone.
 *
 * The engine is libsql (SQLite 3.45): better-sqlite3's interface with its binaries inside the
 * package, so nothing is compiled or downloaded at install. One connection writes and checkpoints,
 * and no other process can open one (see `lock`), so the WAL-reset fault that SQLite mended in
 * 3.51.3, which needs two writing connections, cannot occur.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, SqliteDialect, SqliteDriver } from 'kysely';
import Database from 'libsql';
import { StoreUnavailable } from './ChatStore.js';
import type { Tables } from './schema.js';

/** Compiled statements kept; batches of different sizes are different statements. */
const STATEMENTS_KEPT = 400;

export interface OpenDatabase {
  db: Kysely<Tables>;
  /** Gives the data directory to others. After the database is closed. */
  unlock(): void;
}

/** @throws StoreUnavailable (fatal) when the directory cannot be used, or another process uses it. */
export function openSqlite(dataDir: string): OpenDatabase {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StoreUnavailable(`DATA_DIR ${dataDir} cannot be made: ${codeOf(error)}.`, true);
  }
  const lock = lockDirectory(dataDir);
  try {
    const connection = connect(join(dataDir, 'chat.db'));
    const db = new Kysely<Tables>({ dialect: new QueuedDialect(new StatementCache(connection)) });
    return { db, unlock: () => lock.close() };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** What the operator is told when the database cannot be opened. Any other error stays what it is. */
export function explainOpening(error: unknown, path: string): unknown {
  if (!(error instanceof EngineFailure)) return error;
  const advice = error.damaged ? ' Restore a backup.' : '';
  return new StoreUnavailable(`${path} cannot be used: ${error.message}.${advice}`, true);
}

function connect(path: string): Database.Database {
  const connection = open(path);
  try {
    guard(() => {
      connection.exec('pragma journal_mode = wal');
      connection.exec('pragma synchronous = full'); // P1: every commit reaches the disk.
      connection.exec('pragma secure_delete = on'); // What is erased leaves no bytes behind.
      connection.exec('pragma temp_store = memory');
      connection.exec('pragma cache_size = -65536'); // 64 MiB
    });
    return connection;
  } catch (error) {
    connection.close();
    throw explainOpening(error, path);
  }
}

/**
 * Holds an exclusive lock on a file of its own for as long as the process lives. The kernel lets go
 * of it with the process, also after `kill -9`, so no stale lock is ever left; and `chat.db` itself
 * stays readable for a backup.
 */
function lockDirectory(dataDir: string): Database.Database {
  const path = join(dataDir, 'lock');
  const lock = open(path);
  try {
    guard(() => lock.exec('begin exclusive'));
    return lock;
  } catch (error) {
    lock.close();
    if (!(error instanceof EngineFailure && error.busy)) throw explainOpening(error, path);
    throw new StoreUnavailable(
      `Another Chat Server is using ${dataDir}: stop it first, or set another DATA_DIR.`,
      true,
    );
  }
}

function open(path: string): Database.Database {
  try {
    return guard(() => new Database(path));
  } catch (error) {
    throw explainOpening(error, path);
  }
}

/** Prepares a statement once, and turns the engine's errors into the seam's. */
class StatementCache {
  private readonly statements = new Map<string, ReturnType<StatementCache['wrap']>>();

  constructor(private readonly connection: Database.Database) {}

  prepare(sql: string): ReturnType<StatementCache['wrap']> {
    const kept = this.statements.get(sql);
    if (kept) return kept;
    const statement = this.wrap(sql);
    if (this.statements.size >= STATEMENTS_KEPT) {
      const [oldest] = this.statements.keys();
      if (oldest !== undefined) this.statements.delete(oldest);
    }
    this.statements.set(sql, statement);
    return statement;
  }

  close(): void {
    this.statements.clear();
    this.connection.close();
  }

  private wrap(sql: string) {
    const { connection } = this;
    const statement = guard(() => connection.prepare(sql));
    return {
      reader: statement.reader,
      all: (parameters: readonly unknown[]) => guard(() => statement.all([...parameters])),
      run: (parameters: readonly unknown[]) => {
        // SQLite has rolled back by itself when the disk was full; a second rollback would be an
        // error that hides the first.
        if (sql === 'rollback' && !connection.inTransaction) {
          return { changes: 0, lastInsertRowid: 0 };
        }
        return guard(() => statement.run([...parameters]));
      },
      // Would hold the one connection, and this statement, for as long as its reader likes.
      iterate: (): never => {
        throw new Error('No query may be streamed: read a page.');
      },
    };
  }
}

/**
 * Kysely wakes all who wait for the one connection whenever it is free, and all but one wait again:
 * of ten thousand at once each would pay for all the others. Here they stand in a queue.
 */
class QueuedDriver extends SqliteDriver {
  private taken = false;
  private readonly waiting: (() => void)[] = [];

  override async acquireConnection() {
    if (this.taken) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.taken = true;
    return super.acquireConnection();
  }

  override async releaseConnection(): Promise<void> {
    await super.releaseConnection();
    const next = this.waiting.shift();
    if (next) next();
    else this.taken = false;
  }
}

class QueuedDialect extends SqliteDialect {
  constructor(private readonly database: StatementCache) {
    super({ database });
  }

  override createDriver() {
    return new QueuedDriver({ database: this.database });
  }
}

function guard<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = codeOf(error);
    const kind = failures.find(({ codes }) => codes.test(code));
    throw kind ? new EngineFailure(code, kind) : error;
  }
}

interface FailureKind {
  codes: RegExp;
  means: string;
  fatal: boolean;
}

/**
 * A full disk passes: SQLite has rolled back, and the next transaction tries anew. After a failed
 * write or sync nobody knows what the disk holds; the process ends, and the next one recovers from
 * the log. Anything else is a fault of the program and stays what it is.
 */
const failures: FailureKind[] = [
  { codes: /^SQLITE_FULL/, means: 'the disk is full', fatal: false },
  { codes: /^SQLITE_BUSY/, means: 'another program holds it', fatal: false },
  { codes: /^SQLITE_(CORRUPT|NOTADB)/, means: 'it is damaged, or no database', fatal: true },
  { codes: /^SQLITE_READONLY/, means: 'it must not be written', fatal: true },
  { codes: /^SQLITE_(IOERR|CANTOPEN)/, means: 'the disk fails', fatal: true },
];

/** What is wrong with the database, in words and with the engine's code. */
class EngineFailure extends StoreUnavailable {
  readonly busy: boolean;
  readonly damaged: boolean;

  constructor(code: string, { means, fatal }: FailureKind) {
    super(`${means} (${code})`, fatal);
    this.busy = code.startsWith('SQLITE_BUSY');
    this.damaged = /^SQLITE_(CORRUPT|NOTADB)/.test(code);
  }
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return String(error);
}
