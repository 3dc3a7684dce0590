/** Several server processes on one PostgreSQL and one Redis. */
import { afterAll, beforeAll } from 'vitest';
import { Postgres } from './postgres.js';
import { Redis } from './redis.js';
import { type RunningServer, type StartOptions, startServer } from './server.js';

/** Known to every node, and to tests that sign tokens. */
export const JWT_SECRET = 'a secret that every node of the test has';

export interface Backends {
  postgres: Postgres;
  redis: Redis;
}

/** A PostgreSQL and a Redis for all tests of a file. */
export function backends(): Backends {
  const running = {} as Backends;
  beforeAll(async () => {
    [running.postgres, running.redis] = await Promise.all([Postgres.start(), Redis.start()]);
  });
  afterAll(async () => {
    await Promise.all([running.postgres?.remove(), running.redis?.down()]);
  });
  return running;
}

export interface ClusterOptions {
  nodes?: number;
  env?: Record<string, string>;
  /** Address of Redis as the nodes see it; null for none. Default: the one of the file. */
  redisUrl?: string | null;
  /** Address of the database as the nodes see it, by its name. Default: the one of the file. */
  databaseUrl?: (database: string) => string;
  entry?: string;
  /** Registers what undoes the start. Default: when the test ends. */
  later?: StartOptions['later'];
}

export interface TestCluster {
  nodes: RunningServer[];
  env: Record<string, string>;
  /** Address of its database, past any proxy. */
  database: string;
  /** Starts one more node. @param entry of another build */
  add(entry?: string): Promise<RunningServer>;
}

/** Nodes for all tests of a file, which get by with ids of their own. */
export function sharedNodes(servers: Backends, options: ClusterOptions = {}): () => TestCluster {
  const undos: (() => void)[] = [];
  let cluster: TestCluster | undefined;
  beforeAll(async () => {
    cluster = await startCluster(servers, {
      ...options,
      later: (undo) => void undos.unshift(undo),
    });
  });
  afterAll(async () => {
    for (const undo of undos) undo();
    await Promise.all(cluster?.nodes.map(({ exited }) => exited) ?? []);
  });
  return () => {
    if (!cluster) throw new Error('the nodes run only while tests do');
    return cluster;
  };
}

/** Starts so many nodes on a database of their own. */
export async function startCluster(
  { postgres, redis }: Backends,
  { nodes: count = 2, env = {}, redisUrl, databaseUrl, entry, later }: ClusterOptions = {},
): Promise<TestCluster> {
  const database = await postgres.createDatabase();
  const name = new URL(database).pathname.slice(1);
  const common: Record<string, string> = {
    DATABASE_URL: databaseUrl?.(name) ?? database,
    DATABASE_CONNECTIONS: '4',
    JWT_SECRET,
    // What several nodes do is tried here, not how much one person may do.
    RATE_LIMITS: 'off',
    ...(redisUrl === null ? {} : { REDIS_URL: redisUrl ?? redis.url() }),
    ...env,
  };
  const add = (build = entry) =>
    startServer({ env: common, ...(build && { entry: build }), ...(later && { later }) });
  const nodes = await Promise.all(Array.from({ length: count }, () => add()));
  return { nodes, env: common, database, add };
}
