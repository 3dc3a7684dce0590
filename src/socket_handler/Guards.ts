/** Every connection has a guard; here they are kept, and asked each second. */
import type { Socket } from 'socket.io';
import type { Logger } from '../log.js';
import { ConnectionGuard, type EngineConnection } from './ConnectionGuard.js';

/** Bytes that may wait for all readers together; the slowest are cut first. */
const OUTSTANDING_TOTAL = 256 * 1024 * 1024;

export class Guards {
  private readonly guards = new Map<EngineConnection, ConnectionGuard>();

  /** @param limited whether what they send is */
  constructor(
    private readonly limited: boolean,
    private readonly log: Logger,
  ) {}

  /** @param left called when the connection has ended */
  watch(connection: EngineConnection, address: string, left: (address: string) => void): void {
    const guard = new ConnectionGuard(connection, address, this.limited);
    this.guards.set(connection, guard);
    connection.on('packet', ({ data }) => guard.received(data));
    connection.on('close', () => {
      this.guards.delete(connection);
      guard.ended();
      left(address);
    });
  }

  get connections(): EngineConnection[] {
    return [...this.guards.keys()];
  }

  of({ conn }: Socket): ConnectionGuard {
    const guard = this.guards.get(conn as unknown as EngineConnection);
    if (!guard) throw new Error('a connection without a guard');
    return guard;
  }

  /** Cuts whoever keeps to no bound. Call it each second. */
  sweep(now = Date.now()): void {
    const cut = new Map<string, number>();
    const count = (why: string | undefined) => {
      if (why !== undefined) cut.set(why, (cut.get(why) ?? 0) + 1);
    };
    for (const guard of this.guards.values()) count(guard.check(now));
    for (const guard of this.slowest()) count(guard.cut('did not read'));
    for (const [why, connections] of cut) this.log.warn({ connections, why }, 'cut connections');
  }

  /** Those to cut so that all the others together stay within the bound. */
  private slowest(): ConnectionGuard[] {
    const waiting = [...this.guards.values()]
      .map((guard) => ({ guard, bytes: guard.outstanding() }))
      .filter(({ bytes }) => bytes > 0)
      .sort((one, other) => other.bytes - one.bytes);
    let total = waiting.reduce((sum, { bytes }) => sum + bytes, 0);
    const slowest: ConnectionGuard[] = [];
    for (const { guard, bytes } of waiting) {
      if (total <= OUTSTANDING_TOTAL) break;
      slowest.push(guard);
      total -= bytes;
    }
    return slowest;
  }
}
