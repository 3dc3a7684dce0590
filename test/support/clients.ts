/** Stock Socket.IO clients that remember everything they were sent. */
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { expect, onTestFinished } from 'vitest';
import { claimOf } from '../../src/auth/identity.js';
import type { WireError } from '../../src/errors.js';
import type { DataOf, EventName, NamespaceName } from '../../src/validations/events.js';

export type Answer<T> = { ok: true; data: T } | { ok: false; error: WireError };

/** Longest to wait for an answer, in milliseconds: the server's own bound, and what a busy machine adds. */
const ANSWERED_WITHIN = 30_000;

export interface Received {
  event: string;
  data: unknown;
}

export class Client<N extends NamespaceName> {
  readonly received: Received[] = [];

  constructor(
    readonly socket: Socket,
    readonly id: string,
  ) {
    socket.onAny((event: string, data: unknown) => this.received.push({ event, data }));
  }

  /** Sends an event with an ack and waits for it. */
  async ask<E extends EventName<N>>(event: E, payload?: unknown): Promise<Answer<DataOf<N, E>>> {
    return this.socket.timeout(ANSWERED_WITHIN).emitWithAck(event, payload);
  }

  /** Sends an event that has to succeed. */
  async do<E extends EventName<N>>(event: E, payload?: unknown): Promise<DataOf<N, E>> {
    const answer = await this.ask(event, payload);
    if (!answer.ok) throw new Error(`${event}: ${answer.error.code} ${answer.error.message}`);
    return answer.data;
  }

  /** Sends an event that has to be refused; returns the code. */
  async refused(event: EventName<N>, payload?: unknown): Promise<string> {
    const answer = await this.ask(event, payload);
    if (answer.ok) throw new Error(`${event} was not refused`);
    return answer.error.code;
  }

  /** All that came under a name so far. */
  all<T = Record<string, unknown>>(event: string): T[] {
    return this.received.filter((one) => one.event === event).map((one) => one.data as T);
  }

  /** The first that came, or comes, under a name (and fits). */
  async next<T = Record<string, unknown>>(
    event: string,
    fits: (data: T) => boolean = () => true,
  ): Promise<T> {
    return until(() => this.all<T>(event).find(fits), `${event} for ${this.id}`);
  }

  /** When it fulfils, all that the server had sent to this client before is in `received`. */
  async caughtUp(): Promise<void> {
    const patient = this.socket.timeout(ANSWERED_WITHIN);
    const answer = await patient.emitWithAck('get_chats', { limit: 1 });
    expect(answer).toMatchObject({ ok: true });
  }

  close(): void {
    this.socket.disconnect();
  }
}

let named = 0;

/** Ids that no other test uses: `names('ursula', 'albert')` gives `ursula-7`, `albert-7`. */
export function names<T extends string[]>(...wanted: T): { [I in keyof T]: string } {
  named++;
  return wanted.map((name) => `${name}-${named}`) as { [I in keyof T]: string };
}

type Options = Partial<ManagerOptions & SocketOptions>;

/** A client that is connecting; use {@link user} and {@link admin} for one that is connected. */
export function client<N extends NamespaceName>(
  url: string,
  namespace: N,
  id: string,
  options: Options = {},
): Client<N> {
  const socket = io(`${url}/${namespace}`, {
    query: { [claimOf[namespace]]: id },
    transports: ['websocket'],
    forceNew: true,
    ...options,
  });
  onTestFinished(() => void socket.disconnect());
  return new Client<N>(socket, id);
}

export const user = (url: string, id: string, options?: Options) =>
  connect(url, 'user', id, options);

export const admin = (url: string, id: string, options?: Options) =>
  connect(url, 'admin', id, options);

/** In open mode the role is claimed like the id. */
export const supervisor = (url: string, adminId: string) =>
  admin(url, adminId, { query: { adminId, role: 'supervisor' } });

/** A client that is in, and has been told of its open chats. */
export async function connect<N extends NamespaceName>(
  url: string,
  namespace: N,
  id: string,
  options?: Options,
): Promise<Client<N>> {
  const one = client(url, namespace, id, options);
  await new Promise<void>((resolve, reject) => {
    one.socket.once('connect', resolve);
    one.socket.once('connect_error', reject);
  });
  await one.next('heartbeat');
  return one;
}

/** Waits for the refusal of a connection. */
export function refusal(one: Client<NamespaceName>): Promise<Error & { data?: WireError }> {
  return new Promise((resolve, reject) => {
    one.socket.once('connect_error', resolve);
    one.socket.once('connect', () => reject(new Error('the connection was not refused')));
  });
}

/** A user and an admin in an assigned chat, both connected. */
export async function pair(url: string, userId = 'ursula', adminId = 'albert') {
  const [u, a] = await Promise.all([user(url, userId), admin(url, adminId)]);
  const { chatId } = await u.do('start_chat');
  await a.do('assign_chat', { chatId });
  await u.next('chat_assigned');
  return { user: u, admin: a, chatId };
}

/** Waits for a condition; never for a time. */
export async function until<T>(
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  what: string,
  within = 30_000,
): Promise<T> {
  const giveUp = Date.now() + within;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > giveUp) expect.fail(`waited ${within} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
