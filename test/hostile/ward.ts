/**
 * The harness around a hostile client: a server, a healthy pair that wants to chat, a bystander, and
 * the checks that hold after whatever was sent.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished } from 'vitest';
import { reasons } from '../../src/errors.js';
import type { NamespaceName } from '../../src/validations/events.js';
import { admin, type Client, user } from '../support/clients.js';
import type { RunningServer } from '../support/server.js';
import { claim, type Opening, openWire, type Transport, type Wire } from './wire.js';

/** Resident memory that the server stays below, in MiB, whatever is sent. It starts with about 110. */
const MEMORY_LIMIT = 400;
/** Milliseconds within which the healthy pair hears from each other. */
const HEARD_WITHIN = 1000;

/** What a library of ours says by itself when there is no such namespace; it repeats nothing. */
const LIBRARY_TEXTS = ['Invalid namespace'];
const sentences = new Map<string, string>(
  Object.values(reasons).map(([code, message]) => [message, code]),
);

let attacks = 0;

export class Ward {
  /** Every wire that the attacker has opened. */
  private readonly wires: Wire[] = [];
  private readonly secret = `secret ${randomUUID()}`;
  /** A name for the attacker that no other test uses. */
  readonly id: string;
  /** Each attacker has an address of their own, and with it allowances of their own. */
  readonly address: string;

  private constructor(
    readonly server: RunningServer,
    private readonly healthy: { user: Client<'user'>; admin: Client<'admin'>; chatId: string },
    private readonly bystander: Client<'user'>,
    number: number,
  ) {
    this.id = `mallory-${number}`;
    this.address = `203.0.${number >> 8}.${number & 255}`;
  }

  /** The healthy are connected before the attack begins, so that they would see a stray frame. */
  static async open(server: RunningServer, token?: Tokens): Promise<Ward> {
    const number = ++attacks;
    const [u, a, b] = [`ursula-${number}`, `albert-${number}`, `bystander-${number}`];
    const extraHeaders = { 'X-Forwarded-For': `198.51.${number >> 8}.${number & 255}` };
    const as = async (id: string, role: NamespaceName) => ({
      query: claim(role, id),
      extraHeaders,
      ...(token ? { auth: { token: await token(id, role) } } : {}),
    });
    const [ursula, albert, bystander] = await Promise.all([
      user(server.url, u, await as(u, 'user')),
      admin(server.url, a, await as(a, 'admin')),
      user(server.url, b, await as(b, 'user')),
    ]);
    const { chatId } = await ursula.do('start_chat');
    await albert.do('assign_chat', { chatId });
    await bystander.do('start_chat');
    return new Ward(server, { user: ursula, admin: albert, chatId }, bystander, number);
  }

  /** The chat of the healthy pair: the attacker's prey. */
  get foreign() {
    const { user: u, admin: a, chatId } = this.healthy;
    return { chatId, userId: u.id, adminId: a.id, user: u, admin: a };
  }

  /** A connection of the attacker that has joined nothing. */
  async wire(opening: Opening = {}, transport: Transport = 'websocket'): Promise<Wire> {
    const headers = { 'X-Forwarded-For': this.address, ...opening.headers };
    const wire = await openWire(this.server.url, transport, { ...opening, headers });
    this.wires.push(wire);
    onTestFinished(() => wire.end());
    return wire;
  }

  /** The attacker, let in by a name. */
  async as(
    namespace: NamespaceName,
    id: string = this.id,
    transport: Transport = 'websocket',
  ): Promise<Wire> {
    return (await this.wire({ query: claim(namespace, id) }, transport)).join(namespace);
  }

  /** The attacker as a user with a chat of their own. */
  async withChat(transport: Transport = 'websocket'): Promise<{ wire: Wire; chatId: string }> {
    const wire = await this.as('user', this.id, transport);
    const { chatId } = await wire.do('user', 'start_chat');
    return { wire, chatId: String(chatId) };
  }

  /** What holds after every row. */
  async check(): Promise<void> {
    await this.isAlive();
    // A server that is stuck stays so; a machine that is busy with others may need another try.
    let heard = await this.pairChats();
    for (let tries = 0; heard >= HEARD_WITHIN && tries < 3; tries++) heard = await this.pairChats();
    expect(heard, 'milliseconds until both had heard').toBeLessThan(HEARD_WITHIN);
    this.nobodyOverheard();
    for (const wire of this.wires) onlyKnownErrors(wire);
  }

  private async isAlive(): Promise<void> {
    const { url, pid } = this.server;
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    expect(Number(kilobytes) / 1024, 'memory in MiB').toBeLessThan(MEMORY_LIMIT);
  }

  /** @returns milliseconds until both had heard from each other. */
  private async pairChats(): Promise<number> {
    const { user: u, admin: a, chatId } = this.healthy;
    const question = `${this.secret} question ${randomUUID()}`;
    const answer = `${this.secret} answer ${randomUUID()}`;
    const began = Date.now();
    const heard = (content: string) => (message: { content: string }) =>
      message.content === content;
    await u.do('user_message', { chatId, content: question });
    await a.next('new_message', heard(question));
    await a.do('admin_message', { chatId, content: answer });
    await u.next('new_message', heard(answer));
    return Date.now() - began;
  }

  private nobodyOverheard(): void {
    const { user: u, admin: a, chatId } = this.healthy;
    for (const one of [u, a]) {
      const chats = one.all<{ chatId: string }>('new_message').map((message) => message.chatId);
      expect(new Set(chats), `chats that ${one.id} heard of`).toEqual(new Set([chatId]));
      expect(one.all('typing'), `typing shown to ${one.id}`).toEqual([]);
      expect(one.all('error'), `errors told to ${one.id}`).toEqual([]);
    }
    const heard = this.bystander.received.map(({ event }) => event);
    expect(heard.filter((event) => !ABOUT_ONESELF.includes(event))).toEqual([]);
    for (const { frames } of this.wires) {
      expect(frames.filter((frame) => frame.includes(this.secret))).toEqual([]);
    }
  }
}

/** Makes a token, where the server wants one. */
export type Tokens = (id: string, role: NamespaceName | 'supervisor') => Promise<string>;

/** What a user with a waiting chat hears of without anybody speaking to them. */
const ABOUT_ONESELF = ['heartbeat', 'chat_started', 'support_presence'];

/** Every error that went out on a wire is a sentence of the table, under its code. */
function onlyKnownErrors({ frames }: Wire): void {
  for (const frame of frames) {
    const [, text] = /^4[234]\/[^,]*,\d*([[{].*)$/s.exec(frame) ?? [];
    if (!text) continue;
    for (const { code, message } of errorsIn(frame[1], JSON.parse(text))) {
      if (code === undefined && LIBRARY_TEXTS.includes(String(message))) continue;
      expect(sentences.get(String(message)), `code of "${message}"`).toBe(code);
    }
  }
}

interface Told {
  code?: unknown;
  message?: unknown;
}

function errorsIn(type: string | undefined, body: unknown): Told[] {
  if (type === '4') {
    const { message, data } = body as { message: string; data?: Told };
    return [data ?? { message }];
  }
  const [first, second] = body as [unknown, Told | undefined];
  if (type === '2') return first === 'error' ? [second ?? {}] : [];
  const { error } = (first ?? {}) as { error?: Told };
  return error ? [error] : [];
}
