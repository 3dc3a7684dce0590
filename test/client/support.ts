/** SDK clients for the tests: quick to try again, and closed when the test ends. */
import {
  type AdminClient,
  type ChatTimeline,
  connectAdmin,
  connectUser,
  type Timing,
  type UserClient,
} from '@chat-server/client';
import { beforeEach, onTestFinished } from 'vitest';
import type { Message } from '../../src/validations/chat.validation.js';
import { names, user as rawUser, until } from '../support/clients.js';

export const quick: Partial<Timing> = { retryMin: 30, retryMax: 300, marks: 30 };

/** The user and the admin of the test that runs; no other test has their ids. */
export const me = { user: '', admin: '' };
beforeEach(() => {
  [me.user, me.admin] = names('ursula', 'albert');
});

type UserOptions = Parameters<typeof connectUser>[0];
type AdminOptions = Parameters<typeof connectAdmin>[0];

export function newUser(url: string, options: Partial<UserOptions> = {}): UserClient {
  const client = connectUser({ url, userId: me.user, timing: quick, ...options });
  onTestFinished(() => client.close());
  return client;
}

export function newAdmin(url: string, options: Partial<AdminOptions> = {}): AdminClient {
  const client = connectAdmin({ url, adminId: me.admin, timing: quick, ...options });
  onTestFinished(() => client.close());
  return client;
}

/** A storage as a browser has it, shared by whoever is given it. */
export class Storage {
  readonly items = new Map<string, string>();
  writes = 0;

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.writes++;
    this.items.set(key, value);
  }

  removeItem(key: string): void {
    this.writes++;
    this.items.delete(key);
  }
}

export const connected = (client: UserClient | AdminClient) =>
  until(() => client.connection.get().status === 'connected', 'the connection');

export const currentOf = (user: UserClient) =>
  until(() => {
    const timeline = user.current.get();
    return timeline?.chatId ? timeline : undefined;
  }, 'the current chat');

/** A user and an admin in a chat, both with its timeline open. */
export async function chatting(url: string, proxied = url) {
  const user = newUser(proxied);
  const admin = newAdmin(proxied);
  const mine = await user.startChat();
  const desk = await admin.assignChat(mine.chatId);
  await Promise.all([mine.open(), desk.open()]);
  await until(() => mine.get().chat?.adminId === me.admin, 'the assignment');
  return { user, admin, mine, desk, chatId: mine.chatId };
}

/** What a timeline shows, in short: content of messages, kind of other entries. */
export const shown = (timeline: ChatTimeline) =>
  timeline.get().entries.map((entry) => {
    if (!('seq' in entry)) return `${entry.content} (${entry.state})`;
    return entry.kind === 'message' ? entry.content : `[${entry.kind}]`;
  });

/** What a timeline shows, as the server would tell it; what was not sent is an error. */
export function asHistory(timeline: ChatTimeline): Message[] {
  return timeline.get().entries.map((entry) => {
    if (!('seq' in entry)) throw new Error(`'${entry.content}' is still ${entry.state}`);
    const { state: _state, ...message } = entry;
    return message as Message;
  });
}

/** The whole history, by a stock client of the user. */
export async function historyOf(url: string, chatId: string): Promise<Message[]> {
  const client = await rawUser(url, me.user);
  const messages: Message[] = [];
  for (;;) {
    const afterSeq = messages.at(-1)?.seq ?? 0;
    const page = await client.do('get_messages', { chatId, afterSeq, limit: 200 });
    messages.push(...page.messages);
    if (!page.hasMore) break;
  }
  client.close();
  return messages;
}
