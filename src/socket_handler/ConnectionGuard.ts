/**
 * Watches over one connection, below its namespaces: how much it sends, what it leaves unfinished,
 * what waits for it. Whoever keeps to no bound is cut; the library would wait thirty seconds more for
 * a client that does not read to say goodbye, and hold all of its bytes until then.
 */
import type { IncomingMessage } from 'node:http';
import { Allowance, type Rate } from '../limits/Allowance.js';

/** What a connection may send, in bytes. More is refused, much more cut. */
const FLOW: Rate = { perSecond: 64 * 1024, burst: 4 * 1024 * 1024 };
/** What a frame costs beside its bytes. */
const FRAME_COST = 128;
/** How far a connection may overdraw, in milliseconds until it would be made good. */
const OVERDRAFT = 16_000;
/** Namespaces that may be joined, a minute. */
const JOINS: Rate = { perSecond: 1 / 3, burst: 20 };
/** Time for what was begun and is not finished, in milliseconds: an attachment, the first namespace. */
const PATIENCE = 10_000;
/** Bytes that may wait for one reader. It is cut then, and catches up when it comes back. */
const OUTSTANDING_LIMIT = 4 * 1024 * 1024;
/** Frames that may wait without being counted: a turn of the event loop makes as many. */
const FEW = 64;

/** The parts of an engine.io connection that its types keep to themselves. */
export interface EngineConnection {
  id: string;
  request: IncomingMessage;
  writeBuffer: { data?: string | Buffer }[];
  transport: { socket?: { bufferedAmount?: number; terminate?(): void } };
  close(discard: boolean): void;
  on(event: 'packet', listener: (packet: { data?: string | Buffer }) => void): void;
  on(event: 'close', listener: () => void): void;
}

/** What ends with the connection, at the latest. */
interface Held {
  end(): void;
}

export class ConnectionGuard {
  private readonly flow = new Allowance(FLOW);
  private readonly joins = new Allowance(JOINS);
  /** Made anew with each change: there is one, or two, and a list that can grow has room for many. */
  private held: readonly Held[] = [];
  private hasEnded = false;
  private namespaces = 0;
  private lonelySince = Date.now();
  private attachmentsDue = 0;
  private attachedAt = 0;

  constructor(
    readonly connection: EngineConnection,
    readonly address: string,
    private readonly limited: boolean,
  ) {}

  /** Milliseconds until it may send again; 0 when it may now. */
  overdrawn(now: number): number {
    return this.limited ? this.flow.overdrawn(now) : 0;
  }

  /** A namespace has been joined. */
  entered(): void {
    this.namespaces++;
  }

  /** A namespace has been left. */
  left(): void {
    this.namespaces--;
    this.lonelySince = Date.now();
  }

  hold(one: Held): void {
    if (this.hasEnded) one.end();
    else this.held = [...this.held, one];
  }

  /** It has ended by itself. */
  release(one: Held): void {
    this.held = this.held.filter((other) => other !== one);
  }

  /** The connection has ended. */
  ended(): void {
    this.hasEnded = true;
    for (const one of this.held) one.end();
  }

  /** @returns why it was cut, or undefined. */
  check(now: number): string | undefined {
    if (this.outstanding() > OUTSTANDING_LIMIT) return this.cut('did not read');
    if (this.namespaces === 0 && now - this.lonelySince > PATIENCE) {
      return this.cut('was in no namespace');
    }
    if (this.attachmentsDue > 0 && now - this.attachedAt > PATIENCE) {
      return this.cut('did not send its attachments');
    }
    return undefined;
  }

  /**
   * Cuts a reader that has asked for more than it reads, before the next answer is written. Asked
   * with every answer, so a few waiting frames are not worth counting.
   */
  cutIfSlow(): boolean {
    const slow = this.connection.writeBuffer.length > FEW && this.outstanding() > OUTSTANDING_LIMIT;
    if (slow) this.cut('did not read');
    return slow;
  }

  /** Bytes that wait to be read by the client. */
  outstanding(): number {
    const { transport, writeBuffer } = this.connection;
    let bytes = transport.socket?.bufferedAmount ?? 0;
    for (const { data } of writeBuffer) bytes += data?.length ?? 0;
    return bytes;
  }

  /** Ends it at once, without a word. */
  cut(why: string): string {
    const { transport } = this.connection;
    this.connection.close(true);
    transport.socket?.terminate?.();
    return why;
  }

  /** A packet of the engine has come. */
  received(data: string | Buffer | undefined): void {
    const now = Date.now();
    if (typeof data === 'string') this.watchPacket(data, now);
    else if (data && this.attachmentsDue > 0) this.attachmentsDue--;
    if (!this.limited) return;
    this.flow.use(now, FRAME_COST + (data?.length ?? 0));
    if (this.flow.overdrawn(now) > OVERDRAFT) this.cut('sent too much');
  }

  /** By the first character of a Socket.IO packet: 0 joins a namespace, 5 and 6 announce bytes. */
  private watchPacket(data: string, now: number): void {
    const type = data.charCodeAt(0) - 48;
    if (type === 5 || type === 6) {
      this.attachmentsDue = Number.parseInt(data.slice(1, 4), 10) || 0;
      this.attachedAt = now;
    } else if (type === 0 && this.limited && this.joins.take(now) > 0) {
      this.cut('joined too often');
    }
  }
}
