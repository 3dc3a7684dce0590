/**
 * Clients that speak Engine.IO and Socket.IO frames by hand, over both transports, and keep every frame
 * they get: what a library would never send can be sent.
 */
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { claimOf } from '../../src/auth/identity.js';
import type { WireError } from '../../src/errors.js';
import type { NamespaceName } from '../../src/validations/events.js';
import { until } from '../support/clients.js';

export type Transport = 'websocket' | 'polling';

export interface Opening {
  query?: Record<string, string>;
  headers?: Record<string, string>;
}

/** What an ack says. */
export type Ack = { ok: true; data: Record<string, unknown> } | { ok: false; error: WireError };

/** A connection; nothing has been sent on it. Frames are Engine.IO's: `42/user,["start_chat"]`. */
export abstract class Wire {
  /** Every text frame, in order; binary ones as `b` and base64. */
  readonly frames: string[] = [];
  /** Set once the connection has ended. */
  closed: string | undefined;
  private lastAck = 0;

  abstract send(...frames: (string | Buffer)[]): void;
  abstract end(): void;

  /** Joins a namespace that lets it in. */
  async join(namespace: NamespaceName, auth: object = {}): Promise<this> {
    this.send(`40/${namespace},${JSON.stringify(auth)}`);
    await this.frame((frame) => frame.startsWith(`40/${namespace},`), `to be in /${namespace}`);
    return this;
  }

  /** The refusal of a namespace. */
  async refusal(namespace: string, auth: object = {}): Promise<{ message: string; data: unknown }> {
    this.send(`40/${namespace},${JSON.stringify(auth)}`);
    const prefix = `44/${namespace},`;
    const frame = await this.frame((one) => one.startsWith(prefix), `/${namespace} to refuse`);
    return JSON.parse(frame.slice(prefix.length));
  }

  /** Sends an event with an ack and waits for it. @param body what stands after the ack's number */
  async raw(namespace: NamespaceName, body: string): Promise<Ack> {
    const number = ++this.lastAck;
    this.send(`42/${namespace},${number}${body}`);
    return this.ack(namespace, number);
  }

  call(namespace: NamespaceName, event: unknown, ...payload: unknown[]): Promise<Ack> {
    return this.raw(namespace, JSON.stringify([event, ...payload]));
  }

  async ack(namespace: NamespaceName, number: number | string): Promise<Ack> {
    const prefix = `43/${namespace},${number}[`;
    const frame = await this.frame((one) => one.startsWith(prefix), `ack ${number}`);
    return JSON.parse(frame.slice(prefix.length - 1))[0];
  }

  /** Sends an event that has to succeed. */
  async do(
    namespace: NamespaceName,
    event: string,
    payload?: unknown,
  ): Promise<Record<string, unknown>> {
    const answer = await this.call(namespace, event, payload);
    if (!answer.ok) throw new Error(`${event}: ${answer.error.code} ${answer.error.message}`);
    return answer.data;
  }

  /** Data of every event that came under a name. */
  events<T = Record<string, unknown>>(event: string): T[] {
    return this.frames.flatMap((frame) => {
      const [, text] = /^42\/\w+,(\[.*\])$/s.exec(frame) ?? [];
      const [name, data] = text ? (JSON.parse(text) as [string, T]) : [undefined, undefined];
      return name === event ? [data as T] : [];
    });
  }

  frame(fits: (frame: string) => boolean, what: string): Promise<string> {
    return until(() => {
      const found = this.frames.find(fits);
      if (found === undefined && this.closed !== undefined) {
        throw new Error(`the connection ended (${this.closed}) before ${what}`);
      }
      return found;
    }, what);
  }

  /** Waits until the server, not we, has ended the connection. */
  async closes(within = 5000): Promise<void> {
    await until(() => this.closed !== undefined, 'the connection to be closed', within);
  }
}

export class OverWebSocket extends Wire {
  constructor(readonly socket: WebSocket) {
    super();
    socket.on('message', (data: Buffer, isBinary) => {
      const frame = isBinary ? `b${data.toString('base64')}` : data.toString();
      if (frame === '2') this.send('3');
      else this.frames.push(frame);
    });
    socket.on('close', (code) => {
      this.closed = `close code ${code}`;
    });
    socket.on('error', () => undefined); // The end is told by `close`.
  }

  send(...frames: (string | Buffer)[]): void {
    for (const frame of frames) this.socket.send(frame);
  }

  end(): void {
    this.closed ??= 'by us';
    this.socket.terminate();
  }
}

/** Frames between the records of a payload, Engine.IO 4. */
const SEPARATOR = '\x1e';

class OverPolling extends Wire {
  private posting = Promise.resolve();
  private readonly stop = new AbortController();

  constructor(
    private readonly address: URL,
    private readonly headers: Record<string, string>,
  ) {
    super();
  }

  async open(): Promise<void> {
    const first = await this.poll();
    this.address.searchParams.set('sid', JSON.parse(first.slice(1)).sid);
    void this.read();
  }

  /** Frames given at once travel in one body, and bodies one after the other. */
  send(...frames: (string | Buffer)[]): void {
    const texts = frames.map((one) =>
      typeof one === 'string' ? one : `b${one.toString('base64')}`,
    );
    this.posting = this.posting.then(async () => {
      if (this.closed) return;
      const { headers, stop } = this;
      const body = texts.join(SEPARATOR);
      const { ok, status } = await fetch(this.address, {
        method: 'POST',
        headers: { 'content-type': 'text/plain', ...headers },
        body,
        signal: stop.signal,
      }).catch(() => ({ ok: false, status: 0 }));
      if (!ok) this.closed ??= `status ${status} for what was sent`;
    });
  }

  end(): void {
    this.closed ??= 'by us';
    this.stop.abort();
  }

  private async read(): Promise<void> {
    while (!this.closed) {
      const body = await this.poll().catch((error: Error) => {
        this.closed ??= error.message;
        return '';
      });
      for (const frame of body.split(SEPARATOR).filter(Boolean)) {
        if (frame === '1') this.closed ??= 'the close packet';
        else if (frame === '2') this.send('3');
        else if (frame !== '6') this.frames.push(frame);
      }
    }
  }

  private async poll(): Promise<string> {
    const { headers, stop } = this;
    const response = await fetch(this.address, { headers, signal: stop.signal });
    const body = await response.text();
    if (!response.ok) throw new Error(`status ${response.status}: ${body}`);
    return body;
  }
}

export function addressOf(url: string, transport: Transport, query: Record<string, string>): URL {
  const address = new URL('/socket.io/', url);
  address.search = String(new URLSearchParams({ EIO: '4', transport, ...query }));
  return address;
}

/** Opens a connection that has joined nothing. @throws an Error with the status, when refused */
export async function openWire(
  url: string,
  transport: Transport,
  { query = {}, headers = {} }: Opening = {},
): Promise<Wire> {
  const address = addressOf(url, transport, query);
  if (transport === 'polling') {
    const wire = new OverPolling(address, headers);
    await wire.open();
    return wire;
  }
  const socket = new WebSocket(String(address).replace('http', 'ws'), { headers });
  const wire = new OverWebSocket(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (_request, response) => {
      reject(new Error(`status ${response.statusCode}`));
      socket.terminate();
    });
    socket.once('error', reject);
  });
  await wire.frame((frame) => frame.startsWith('0{'), 'the handshake');
  return wire;
}

/** The WebSocket below a wire. */
export function socketOf(wire: Wire): WebSocket {
  if (wire instanceof OverWebSocket) return wire.socket;
  throw new Error('this wire is no WebSocket');
}

export function tcpOf(wire: Wire): Socket {
  return (socketOf(wire) as unknown as { _socket: Socket })._socket;
}

/** A text frame of any bytes, which the library would not send. */
export function sendBytes(wire: Wire, bytes: number[]): void {
  const unmasked = [0, 0, 0, 0];
  tcpOf(wire).write(Buffer.from([0x81, 0x80 | bytes.length, ...unmasked, ...bytes]));
}

/** The query that claims an identity. */
export function claim(namespace: NamespaceName, id: string): Record<string, string> {
  return { [claimOf[namespace]]: id };
}
