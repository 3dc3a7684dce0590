/** One client of Socket.IO on a raw TCP socket: handshake, namespace, acks, events, heartbeats. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { FrameReader, FrameTemplate, textFrame } from './frames.js';

export type Side = 'user' | 'admin';

export interface Answer {
  ok: boolean;
  data?: Record<string, unknown>;
  error?: { code: string };
}

/** What is read goes through this one buffer: a callback has dealt with it when it returns. */
const readBuffer = Buffer.alloc(256 * 1024);
/** Ids below are those of `ask`; from here on they have as many digits as a template's field. */
export const FIRST_MESSAGE_ID = 1_000_000;

const TEXT = 1;
const CLOSE = 8;
const code = (character: string) => character.charCodeAt(0);
const PING = code('2');
const MESSAGE = code('4');
const CONNECTED = code('0');
const EVENT = code('2');
const ACK = code('3');
const REFUSED = code('4');
const TRUE = code('t');

export class Connection {
  /** An ack of a message sent by a template. */
  onAck: (ok: boolean) => void = () => {};
  /** A `new_message`; the range is the frame's payload, valid during the call alone. */
  onMessage: (bytes: Buffer, start: number, end: number) => void = () => {};
  /** Any other event. */
  onEvent: (name: string, data: Record<string, unknown>) => void = () => {};
  onClose: () => void = () => {};

  private readonly mask = randomBytes(4);
  private readonly prefix: number;
  private readonly asked = new Map<number, (answer: Answer) => void>();
  private lastAskId = 0;
  private out: { template: FrameTemplate; numbers: readonly number[] }[] = [];
  private outLength = 0;
  private reading = false;
  private opened: { resolve(): void; reject(error: Error): void } | undefined;
  private upgrade: string | undefined = '';
  private readonly reader = new FrameReader((opcode, bytes, start, end) => {
    if (opcode === TEXT) this.receive(bytes, start, end);
    else if (opcode === CLOSE) this.socket.destroy();
  });

  private constructor(
    readonly side: Side,
    readonly id: string,
    private readonly socket: Socket,
  ) {
    this.prefix = `42/${side},`.length;
  }

  /**
   * Connects, and is in the namespace when the promise fulfils.
   * @param query what else stands in the address: `&name=value`.
   */
  static open(port: number, side: Side, id: string, query = ''): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({
        port,
        host: '127.0.0.1',
        noDelay: true,
        onread: {
          buffer: readBuffer,
          callback: (length) => {
            connection.read(readBuffer.subarray(0, length));
            return true;
          },
        },
      });
      const connection = new Connection(side, id, socket);
      connection.opened = { resolve: () => resolve(connection), reject };
      socket.on('error', reject);
      socket.on('close', () => {
        reject(new Error(`the connection of ${id} was closed`));
        connection.onClose();
      });
      socket.write(
        `GET /socket.io/?EIO=4&transport=websocket&${side}Id=${id}${query} HTTP/1.1\r\nHost: localhost:${port}\r\n` +
          'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
          `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
      );
    });
  }

  /** Sends an event with an ack. @throws when it is refused. */
  async ask(event: string, payload: object = {}): Promise<Record<string, unknown>> {
    const id = ++this.lastAskId;
    const answer = await new Promise<Answer>((resolve) => {
      this.asked.set(id, resolve);
      this.text(`42/${this.side},${id}${JSON.stringify([event, payload])}`);
    });
    if (!answer.ok || !answer.data) throw new Error(`${event}: ${answer.error?.code}`);
    return answer.data;
  }

  /** @param event its one argument as JSON, in which runs of `#` are digits to be filled in. */
  template(event: string, json: string): FrameTemplate {
    const id = '#'.repeat(String(FIRST_MESSAGE_ID).length);
    return new FrameTemplate(`42/${this.side},${id}["${event}",${json}]`, this.mask);
  }

  /** Sends a template; in answer to what was just read, all of them go in one write. */
  send(template: FrameTemplate, numbers: readonly number[]): void {
    this.out.push({ template, numbers });
    this.outLength += template.length;
    if (!this.reading) this.flush();
  }

  close(): void {
    this.socket.destroy();
  }

  private flush(): void {
    if (this.outLength === 0) return;
    const bytes = Buffer.allocUnsafe(this.outLength);
    let at = 0;
    for (const { template, numbers } of this.out) {
      template.write(bytes, at, numbers);
      at += template.length;
    }
    this.out = [];
    this.outLength = 0;
    this.socket.write(bytes);
  }

  private text(payload: string): void {
    this.socket.write(textFrame(payload, this.mask));
  }

  private read(chunk: Buffer): void {
    this.reading = true;
    if (this.upgrade === undefined) this.reader.push(chunk);
    else this.readUpgrade(chunk);
    this.reading = false;
    this.flush();
  }

  private readUpgrade(chunk: Buffer): void {
    this.upgrade += chunk.toString('latin1');
    const end = this.upgrade?.indexOf('\r\n\r\n') ?? -1;
    if (end < 0) return;
    const [head, rest] = [this.upgrade?.slice(0, end) ?? '', this.upgrade?.slice(end + 4) ?? ''];
    if (!head.startsWith('HTTP/1.1 101')) {
      this.opened?.reject(new Error(head.split('\r\n', 1)[0]));
      this.socket.destroy();
      return;
    }
    this.upgrade = undefined;
    this.text(`40/${this.side},`);
    if (rest) this.reader.push(Buffer.from(rest, 'latin1'));
  }

  private receive(bytes: Buffer, start: number, end: number): void {
    if (bytes[start] === PING) this.text('3');
    if (bytes[start] !== MESSAGE) return;
    const kind = bytes[start + 1];
    const at = start + this.prefix;
    if (kind === ACK) this.receiveAck(bytes, at, end);
    // `["new_message"` is the one event that has an m there.
    else if (kind === EVENT && bytes[at + 6] === code('m') && bytes[at + 2] === code('n')) {
      this.onMessage(bytes, start, end);
    } else if (kind === EVENT) {
      const [name, data] = JSON.parse(bytes.toString('utf8', at, end)) as [string, never];
      this.onEvent(name, data);
    } else if (kind === CONNECTED) this.opened?.resolve();
    else if (kind === REFUSED) {
      this.opened?.reject(new Error(bytes.toString('utf8', start, end)));
    }
  }

  private receiveAck(bytes: Buffer, start: number, end: number): void {
    let at = start;
    let id = 0;
    for (let digit = number(bytes, at); digit >= 0 && digit <= 9; digit = number(bytes, ++at)) {
      id = id * 10 + digit;
    }
    if (id >= FIRST_MESSAGE_ID) {
      this.onAck(bytes[at + '[{"ok":'.length] === TRUE);
      return;
    }
    const [answer] = JSON.parse(bytes.toString('utf8', at, end)) as [Answer];
    this.asked.get(id)?.(answer);
    this.asked.delete(id);
  }
}

const number = (bytes: Buffer, at: number) => (bytes[at] as number) - 48;
