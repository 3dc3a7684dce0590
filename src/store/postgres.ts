/**
 * Opens a PostgreSQL database. Every connection is told what P1 needs and how long a statement may
 * take, whatever the server's own settings are; a connection that broke is never used again.
 */
import {
  Kysely,
  type PostgresCursor,
  PostgresDialect,
  type PostgresPoolClient,
  type PostgresQueryResult,
} from 'kysely';
import pg from 'pg';
import { StoreUnavailable } from './ChatStore.js';
import type { Tables } from './schema.js';

/** Longest a connection may take to come, the wait for a free one included, in milliseconds. */
const CONNECT_WITHIN = 3000;
/** Longest a statement may run, told to the server; in milliseconds. */
const STATEMENT_WITHIN = 4000;
/** Longest a transaction may stand between two statements: others wait for its locks. */
const IDLE_WITHIN = 2500;
/** Longest to wait for the reply to one: then the server, or the way to it, is gone. */
const REPLY_WITHIN = 5000;

const SESSION = [
  'synchronous_commit=on', // P1: a commit is answered when it is on disk.
  // Rows are locked before they are read, so each statement may see the newest state.
  'default_transaction_isolation=read\\ committed',
  'jit=off', // Statements are short; to compile one takes longer than to run it.
  `statement_timeout=${STATEMENT_WITHIN}`,
  // Locks of a node that was stopped in mid-transaction are let go of.
  `idle_in_transaction_session_timeout=${IDLE_WITHIN}`,
];

/** PostgreSQL's type of 64 bit integers. Ours are milliseconds and row numbers, far below 2^53. */
const INT8 = 20;

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

export interface PostgresOptions {
  databaseUrl: string;
  /** Most connections at once. */
  connections: number;
  /** Statements may take as long as they need: for migrations, copies and vacuums. */
  patient?: boolean;
}

export function openPostgres({ databaseUrl, connections, patient }: PostgresOptions) {
  const session = patient ? SESSION.slice(0, 3) : SESSION;
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'chat-server',
    options: session.map((setting) => `-c ${setting}`).join(' '),
    max: connections,
    connectionTimeoutMillis: CONNECT_WITHIN,
    keepAlive: true,
    types,
    ...(patient ? {} : { query_timeout: REPLY_WITHIN }),
  });
  // An idle connection that breaks has nobody waiting for it; the pool has dropped it already.
  pool.on('error', () => {});
  return new Kysely<Tables>({
    dialect: new PostgresDialect({
      pool: {
        connect: () => connect(pool),
        end: () => pool.end(),
      },
    }),
  });
}

/** One use of a connection. Turns the engine's errors into the seam's, and drops what broke. */
class GuardedClient implements PostgresPoolClient {
  private broken: StoreUnavailable | undefined;

  constructor(private readonly client: pg.PoolClient) {
    client.on('error', this.onError);
  }

  query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query(sql: unknown, parameters: readonly unknown[] = []): never {
    return this.run(String(sql), parameters) as never;
  }

  release(destroy = false): void {
    this.client.off('error', this.onError);
    this.client.release(destroy || this.broken !== undefined);
  }

  private async run(sql: string, parameters: readonly unknown[]): Promise<pg.QueryResult> {
    if (this.broken) throw this.broken;
    try {
      return await this.client.query(sql, [...parameters]);
    } catch (error) {
      const known = unavailable(error);
      // Without the server's own word nobody knows in which state its side is.
      if (known instanceof PostgresUnavailable && known.disconnected) this.broken = known;
      throw known;
    }
  }

  /** A connection that breaks between two statements says so only here. */
  private readonly onError = (error: Error) => {
    this.broken ??= new PostgresUnavailable(error.message, undefined);
  };
}

/** PostgreSQL could not be asked, or could not do it just now. */
export class PostgresUnavailable extends StoreUnavailable {
  constructor(
    message: string,
    /** What the server called it (SQLSTATE), if it was the server that said so. */
    readonly sqlState: string | undefined,
  ) {
    super(message);
  }

  /** The connection cannot be used any more. */
  get disconnected(): boolean {
    return this.sqlState === undefined || /^(08|57P0)/.test(this.sqlState);
  }
}

async function connect(pool: pg.Pool): Promise<GuardedClient> {
  try {
    return new GuardedClient(await pool.connect());
  } catch (error) {
    const { message, code } = error as pg.DatabaseError;
    throw new PostgresUnavailable(message || String(code), sqlStateOf(error));
  }
}

/**
 * What passes by itself: the connection, a shutdown or failover, no room or memory, a lost race for
 * a lock. Anything else that the server says is a fault of the program and stays what it is.
 */
function unavailable(error: unknown): unknown {
  const sqlState = sqlStateOf(error);
  if (sqlState !== undefined && !/^(08|25006|40|53|55P03|57|58)/.test(sqlState)) return error;
  const { message } = error as Error;
  return new PostgresUnavailable(sqlState ? `${message} (${sqlState})` : message, sqlState);
}

/** What the server calls an error (SQLSTATE); undefined for what it has not said. */
export function sqlStateOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}
