/**
 * Users and admins who chat: as fast as answers come (`window`), or at a fixed rate. The sides of a
 * chat take turns; each message is what the specification says, with an ack asked for.
 */
import { randomUUID } from 'node:crypto';
import { type CpuUse, cpuTime, cpuUse } from '../cpu.js';
import { percentile } from '../statistics.js';
import { type Connection, FIRST_MESSAGE_ID, type Side } from './Connection.js';
import type { FrameTemplate } from './frames.js';
import { openAll } from './openAll.js';
import { type OwnUse, ownUse } from './ownUse.js';
import { sleep } from './sleep.js';

export interface ChatJob {
  kind: 'chat';
  port: number;
  /** Process of the server, whose use of the CPU is reported. */
  pid: number;
  users: number;
  admins: number;
  /** Messages of each chat that are on their way at once; or */
  window?: number;
  /** messages a second, of all together. */
  rate?: number;
  /** Give each message a `clientMessageId` besides, as the SDK does, so that a repeat is recognised. */
  named: boolean;
  warmUpSeconds: number;
  seconds: number;
}

export interface ChatResult {
  messagesPerSecond: number;
  server: CpuUse;
  /** CPU time of the server's whole process for a message, in microseconds. */
  cpuPerMessage: number;
  generator: OwnUse;
  /** From the write of a message to its arrival at the other side, in milliseconds. */
  latency?: { p50: number; p95: number; p99: number; max: number };
  /** How late the generator itself was with what it had to send, in milliseconds (99 of 100). */
  lag?: number;
}

/** One side of a chat. */
interface Sender {
  connection: Connection;
  template: FrameTemplate;
}

type Sides = [user: Sender, admin: Sender];

const TEXT = 'The parcel has not come yet; could you see where it is now?';
const TIME_DIGITS = 13;
const ADMINS_AT_ONCE = 20;
const idDigits = String(FIRST_MESSAGE_ID).length;

export async function chatLoad(job: ChatJob): Promise<ChatResult> {
  const chats = await setUp(job);
  const load = new Load(chats);
  if (job.window) load.saturate(job.window);
  else load.pace(job.rate ?? 1);
  await sleep(job.warmUpSeconds);
  const result = await load.measure(job);
  await load.drain();
  return result;
}

/** Every user in a chat of their own, the chats shared out among the admins. */
async function setUp({ port, users, admins, named }: ChatJob): Promise<Sides[]> {
  const userConnections = await openAll(port, 'user', users);
  const asked = await Promise.all(userConnections.map((user) => user.ask('start_chat')));
  const chatIds = asked.map(({ chatId }) => String(chatId));
  // Every assignment is told to every admin who is there, so at first only some at a time are.
  for (let first = 1; first <= admins; first += ADMINS_AT_ONCE) {
    const some = await openAll(port, 'admin', Math.min(ADMINS_AT_ONCE, admins + 1 - first), first);
    await Promise.all(
      some.flatMap((admin, offset) =>
        chatIds
          .filter((_, index) => index % admins === first - 1 + offset)
          .map((chatId) => admin.ask('assign_chat', { chatId })),
      ),
    );
    for (const admin of some) admin.close();
  }
  const adminConnections = await openAll(port, 'admin', admins);
  return userConnections.map((user, index): Sides => {
    const admin = adminConnections[index % admins] as Connection;
    const senderOf = (from: Connection, to: Connection): Sender => ({
      connection: from,
      template: messageTemplate(from, String(chatIds[index]), to, named),
    });
    return [senderOf(user, admin), senderOf(admin, user)];
  });
}

/** Fields: the ack's id, the time of sending, and in a `clientMessageId` the ack's id again. */
function messageTemplate(
  from: Connection,
  chatId: string,
  to: Connection,
  named: boolean,
): FrameTemplate {
  const message = {
    chatId,
    senderId: from.id,
    receiverId: to.id,
    content: `${from.side} ${'#'.repeat(TIME_DIGITS)} ${TEXT}`,
  };
  const clientMessageId = `${randomUUID().slice(0, -idDigits)}${'#'.repeat(idDigits)}`;
  const json = JSON.stringify(named ? { ...message, clientMessageId } : message);
  return from.template(`${from.side}_message`, json);
}

class Load {
  private sent = 0;
  private acked = 0;
  private received = 0;
  private refused = 0;
  private stopped = false;
  private measuring = false;
  private readonly latencies: number[] = [];
  private readonly lags: number[] = [];
  private readonly lastIds = new Map<Connection, number>();
  /** Whose turn it is when the next ack comes on a connection; acks come in the order of messages. */
  private readonly turns = new Map<Connection, Sender[]>();
  private readonly others = new Map<Sender, Sender>();
  private failed: string | undefined;

  constructor(private readonly chats: readonly Sides[]) {
    for (const [user, admin] of chats) this.others.set(user, admin).set(admin, user);
    for (const connection of new Set(chats.flat().map((sender) => sender.connection))) {
      this.lastIds.set(connection, FIRST_MESSAGE_ID);
      const otherSide = code(connection.side === 'user' ? 'admin' : 'user');
      connection.onMessage = (bytes, start, end) => {
        this.received++;
        if (this.measuring) this.noteLatency(bytes, start, end, otherSide);
      };
      connection.onClose = () => {
        if (!this.stopped) this.failed = `${connection.id} lost its connection`;
      };
      connection.onEvent = (name, data) => {
        if (name === 'error') this.failed = `an error came: ${JSON.stringify(data)}`;
      };
    }
  }

  /** Keeps `window` messages of each chat on their way; whoever hears of one answers it. */
  saturate(window: number): void {
    for (const connection of this.lastIds.keys()) {
      const turns: Sender[] = [];
      this.turns.set(connection, turns);
      connection.onAck = (ok) => {
        this.noteAck(ok);
        const next = turns.shift();
        if (next && !this.stopped) this.sendInTurn(next);
      };
    }
    for (let i = 0; i < window; i++) {
      for (const sides of this.chats) this.sendInTurn(sides[i % 2] as Sender);
    }
  }

  private sendInTurn(sender: Sender): void {
    const other = this.others.get(sender) as Sender;
    this.turns.get(sender.connection)?.push(other);
    this.send(sender);
  }

  /** Sends at a fixed rate, whatever the answers do. */
  pace(rate: number): void {
    for (const connection of this.lastIds.keys()) connection.onAck = (ok) => this.noteAck(ok);
    const senders = this.chats.flat();
    const start = performance.now();
    let due = 0;
    let next = 0;
    const tick = () => {
      if (this.stopped) return;
      const elapsed = performance.now() - start;
      if (this.measuring && due > 0) this.lags.push(elapsed - (due / rate) * 1000);
      for (; due < (elapsed / 1000) * rate; due++) {
        this.send(senders[next] as Sender);
        next = (next + 1) % senders.length;
      }
      setTimeout(tick, 1);
    };
    tick();
  }

  async measure({ pid, seconds, rate }: ChatJob): Promise<ChatResult> {
    const cpu = cpuTime(pid);
    const own = ownUse();
    const ackedBefore = this.acked;
    this.measuring = rate !== undefined;
    await sleep(seconds);
    this.measuring = false;
    const server = cpuUse(cpu, cpuTime(pid));
    const messages = this.acked - ackedBefore;
    const result: ChatResult = {
      messagesPerSecond: messages / server.seconds,
      server,
      cpuPerMessage: (server.cpuSeconds / messages) * 1e6,
      generator: own(),
    };
    if (rate === undefined) return result;
    const [p50, p95, p99, max] = [50, 95, 99, 100].map((p) => percentile(this.latencies, p)) as [
      number,
      number,
      number,
      number,
    ];
    return { ...result, latency: { p50, p95, p99, max }, lag: percentile(this.lags, 99) };
  }

  /** Waits for all that is on its way. @throws when anything was lost or refused. */
  async drain(): Promise<void> {
    this.stopped = true;
    const giveUp = performance.now() + 10_000;
    const arrived = () => this.acked === this.sent && this.received === 2 * this.sent;
    while (!arrived() && performance.now() < giveUp && !this.failed) await sleep(0.02);
    const { sent, acked, received, refused, failed } = this;
    if (failed) throw new Error(failed);
    if (!arrived() || refused > 0) {
      throw new Error(`sent ${sent}, acked ${acked} (${refused} refused), received ${received}`);
    }
  }

  private send({ connection, template }: Sender): void {
    const id = (this.lastIds.get(connection) as number) + 1;
    this.lastIds.set(connection, id);
    this.sent++;
    connection.send(template, [id, Math.round(performance.now() * 1000), id]);
  }

  private noteAck(ok: boolean): void {
    this.acked++;
    if (!ok) this.refused++;
  }

  /** The text is `<side of the sender> <microseconds> …`; what one sent oneself does not count. */
  private noteLatency(bytes: Buffer, start: number, end: number, otherSide: number): void {
    const content = bytes.indexOf(CONTENT, start) + CONTENT.length;
    if (content >= end) throw new Error('a message without content');
    if (bytes[content] !== otherSide) return;
    let sentAt = 0;
    const digits = bytes.indexOf(SPACE, content) + 1;
    for (let i = 0; i < TIME_DIGITS; i++) sentAt = sentAt * 10 + (bytes[digits + i] as number) - 48;
    this.latencies.push(performance.now() - sentAt / 1000);
  }
}

const CONTENT = Buffer.from('"content":"');
const SPACE = 32;
const code = (side: Side) => side.charCodeAt(0);
