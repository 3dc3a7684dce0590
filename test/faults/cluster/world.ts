/**
 * A whole installation that can be hurt: nodes behind a balancer, which reach PostgreSQL and Redis
 * through lines of their own.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { type Backends, startCluster, type TestCluster } from '../../support/cluster.js';
import { TcpProxy } from '../../support/proxy.js';
import { Random } from '../../support/random.js';
import type { RunningServer } from '../../support/server.js';
import { LostCommits, LyingBus } from './wires.js';

export interface WorldOptions {
  seed: number;
  nodes: number;
  /** Entry of a broken build. */
  entry?: string;
}

export class World {
  /** Processes that ended and were not told to. */
  readonly unplanned: string[] = [];
  private turn = 0;
  private readonly expected = new Set<RunningServer>();
  private over = false;

  private constructor(
    readonly random: Random,
    readonly backends: Backends,
    readonly lostCommits: LostCommits,
    readonly lyingBus: LyingBus,
    /** Between people and nodes. */
    readonly line: TcpProxy,
    private readonly cluster: TestCluster,
    readonly nodes: RunningServer[],
  ) {
    for (const node of nodes) this.watch(node);
  }

  static async start(backends: Backends, { seed, nodes, entry }: WorldOptions): Promise<World> {
    const random = new Random(seed);
    const lostCommits = new LostCommits(random);
    const lyingBus = new LyingBus(random);
    const { postgres, redis } = backends;
    const databaseLine = await TcpProxy.start(postgres.port, seed, lostCommits.intercept);
    const busLine = await TcpProxy.start(redis.port, seed, lyingBus.intercept);
    const cluster = await startCluster(backends, {
      nodes,
      databaseUrl: (database) => postgres.url(database, databaseLine.port),
      redisUrl: redis.url(busLine.port),
      env: { HEARTBEAT_SECONDS: '1' },
      ...(entry && { entry }),
    });
    const world: { made?: World } = {};
    const line = await TcpProxy.start(() => world.made?.nextPort() ?? 0, seed);
    const nodesNow = [...cluster.nodes];
    world.made = new World(random, backends, lostCommits, lyingBus, line, cluster, nodesNow);
    return world.made;
  }

  /** One of the nodes, by chance. */
  anyNode(): RunningServer {
    return this.nodes[this.random.whole(0, this.nodes.length - 1)] as RunningServer;
  }

  /** Ends a node on purpose. @returns when it has ended */
  async end(node: RunningServer, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | NodeJS.Signals> {
    this.expected.add(node);
    this.nodes.splice(this.nodes.indexOf(node), 1);
    node.kill(signal);
    return node.exited;
  }

  async addNode(): Promise<void> {
    const node = await this.cluster.add();
    this.watch(node);
    this.nodes.push(node);
  }

  /** Open files and sockets, and megabytes of memory, of the hungriest node. */
  footprint(): { files: number; megabytes: number } {
    const files = this.nodes.map(({ pid }) => readdirSync(`/proc/${pid}/fd`).length);
    const megabytes = this.nodes.map(({ pid }) => {
      const [, kilobytes] =
        /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
      return Math.round(Number(kilobytes) / 1024);
    });
    return { files: Math.max(...files), megabytes: Math.max(...megabytes) };
  }

  private nextPort(): number {
    const node = this.nodes[this.turn++ % this.nodes.length];
    return node?.port ?? 1; // Nobody listens there.
  }

  private watch(node: RunningServer): void {
    void node.exited.then((how) => {
      if (!this.expected.has(node) && !this.over) {
        this.unplanned.push(`a node ended with ${how}: ${node.stderr().slice(-300)}`);
      }
    });
  }

  /** From here on processes may end. */
  finish(): void {
    this.over = true;
  }
}
