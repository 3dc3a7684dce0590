/**
 * A TCP proxy in front of a real server, that can be as bad as a network: it cuts connections, stalls
 * them, slices what they carry, and swallows it. What it does by itself comes from a seed.
 */
import {
  type AddressInfo,
  createServer,
  connect as dial,
  type Server,
  type Socket,
} from 'node:net';
import { onTestFinished } from 'vitest';
import { Random } from './random.js';

/** What may happen to each piece that passes; probabilities from 0 to 1. */
export interface Misbehaviour {
  /** Both ends are closed at once. */
  cut: number;
  /** The piece and all that follow it wait for a moment. */
  stall: number;
  /** Longest stall, in milliseconds. */
  stallFor: number;
  /** The piece leaves in several, of sizes by chance. */
  slice: number;
  /** From here on nothing passes any more, and neither end is told. */
  swallow: number;
  /** A new connection is closed before anything passes. */
  refuse: number;
}

const GOOD: Misbehaviour = { cut: 0, stall: 0, stallFor: 0, slice: 0, swallow: 0, refuse: 0 };

export type Direction = 'toServer' | 'toClient';

/** Sees what passes in one connection, and may change it; for faults that know the protocol. */
export interface Interceptor {
  toServer(data: Buffer, cut: () => void): Buffer;
  toClient(data: Buffer): Buffer;
}

/** A connection: the client's end is near, the server's far. */
interface Pair {
  near: Socket;
  far: Socket;
}

export class TcpProxy {
  /** Connections that were cut, stalled or swallowed so far. */
  readonly done = { cut: 0, stalled: 0, sliced: 0, swallowed: 0, refused: 0 };
  private bad: Misbehaviour = GOOD;
  private readonly pairs = new Set<Pair>();
  private readonly paused = new Set<Direction>();

  private constructor(
    private readonly server: Server,
    private target: () => number,
    private readonly random: Random,
    private readonly intercept: (() => Interceptor) | undefined,
  ) {
    server.on('connection', (near) => this.accept(near));
  }

  /** @param target port on loopback, or what chooses one for each connection */
  static async start(
    target: number | (() => number),
    seed = 1,
    intercept?: () => Interceptor,
  ): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const choose = typeof target === 'number' ? () => target : target;
    const proxy = new TcpProxy(server, choose, new Random(seed), intercept);
    onTestFinished(() => {
      proxy.cutAll();
      server.close();
    });
    return proxy;
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.pairs.size;
  }

  /** From now on connections go to another port. */
  retarget(port: number): void {
    this.target = () => port;
  }

  misbehave(how: Partial<Misbehaviour>): void {
    this.bad = { ...GOOD, ...how };
  }

  behave(): void {
    this.bad = GOOD;
    this.resume();
  }

  /** Closes every connection, from both sides. */
  cutAll(): void {
    for (const pair of this.pairs) this.cut(pair);
  }

  /** Nothing passes that way in any connection, nor is it lost, until {@link behave}. */
  pause(...directions: Direction[]): void {
    for (const direction of directions) this.paused.add(direction);
    for (const pair of this.pairs) this.hold(pair);
  }

  private resume(): void {
    this.paused.clear();
    for (const { near, far } of this.pairs) {
      near.resume();
      far.resume();
    }
  }

  private hold({ near, far }: Pair): void {
    if (this.paused.has('toServer')) near.pause();
    if (this.paused.has('toClient')) far.pause();
  }

  private accept(near: Socket): void {
    if (this.random.chance(this.bad.refuse)) {
      this.done.refused++;
      near.destroy();
      return;
    }
    const pair = { near, far: dial(this.target(), '127.0.0.1') };
    const seen = this.intercept?.();
    this.pairs.add(pair);
    const cut = () => this.cut(pair);
    this.carry(pair, near, pair.far, seen && ((data) => seen.toServer(data, cut)));
    this.carry(pair, pair.far, near, seen && ((data) => seen.toClient(data)));
    this.hold(pair);
  }

  private carry(pair: Pair, from: Socket, to: Socket, see = (data: Buffer) => data): void {
    let turn = Promise.resolve();
    let swallowing = false;
    from.setNoDelay(true);
    from.on('error', () => this.cut(pair));
    from.on('close', () => {
      turn.then(() => this.cut(pair)).catch(() => undefined);
    });
    from.on('data', (data: Buffer) => {
      const { cut, swallow } = this.bad;
      if (this.random.chance(swallow) && !swallowing) {
        swallowing = true;
        this.done.swallowed++;
      }
      if (swallowing) return;
      if (this.random.chance(cut)) {
        this.done.cut++;
        // Half of it may still arrive: a frame that breaks off.
        to.write(data.subarray(0, this.random.whole(0, data.length)));
        this.cut(pair);
        return;
      }
      const seen = see(data);
      if (seen.length > 0) turn = turn.then(() => this.pass(seen, to));
    });
  }

  private async pass(data: Buffer, to: Socket): Promise<void> {
    const { stall, stallFor, slice } = this.bad;
    if (this.random.chance(stall)) {
      this.done.stalled++;
      await wait(this.random.whole(1, stallFor));
    }
    if (!this.random.chance(slice)) {
      if (to.writable) to.write(data);
      return;
    }
    this.done.sliced++;
    for (let start = 0; start < data.length && to.writable; ) {
      const size = this.random.whole(1, Math.max(1, data.length >> 1));
      to.write(data.subarray(start, start + size));
      start += size;
      await wait(0);
    }
  }

  private cut(pair: Pair): void {
    this.pairs.delete(pair);
    pair.near.destroy();
    pair.far.destroy();
  }
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
