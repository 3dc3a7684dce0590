/**
 * The promises P1, P2, P3 and P5, checked from what clients have written down themselves and from the
 * history that is read at the end. Pure: it knows nothing of how the server was made to suffer.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Chat, Message } from '../../src/validations/chat.validation.js';

/** A message that a client has sent, once or several times. */
export interface SentMessage {
  chatId: string;
  /** Unique in the whole run, so that it can be found whatever its key. */
  content: string;
  clientMessageId: string | undefined;
  /** One for each time it was acked. */
  acks: Message[];
  /** Why it can never have been kept: a refusal that was final. Undefined otherwise. */
  refused: string | undefined;
}

/** An event of the live feed that carries a position in a timeline. */
export interface LiveEvent {
  /** Which of the client's connections, one after the other, it came by. */
  connection: number;
  chatId: string;
  seq: number;
  /** What it says has happened there. */
  kind: Message['kind'];
  /** Of a `new_message`. */
  message: Message | undefined;
}

/** What one client knows, in the order in which it came to know it. */
export interface ClientRecord {
  id: string;
  side: 'user' | 'admin';
  sent: SentMessage[];
  live: LiveEvent[];
  /** What `get_messages` gave when something was missing. */
  filled: Message[];
}

/** A chat as it is in the end. */
export interface History {
  chat: Chat;
  entries: Message[];
}

/** @returns every broken promise, a sentence each, with its number in front. */
export function brokenPromises(clients: ClientRecord[], histories: History[]): string[] {
  const byChat = new Map(histories.map((history) => [history.chat.chatId, history]));
  return [
    ...histories.flatMap(checkTimeline),
    ...checkSent(clients, byChat),
    ...clients.flatMap((client) => checkKnown(client, byChat)),
    ...clients.flatMap((client) => checkFeed(client, byChat)),
  ];
}

/** [P3] 1, 2, 3 … without a gap; [P5] the end is the last. */
function checkTimeline({ chat, entries }: History): string[] {
  const { chatId, lastSeq, status } = chat;
  const broken: string[] = [];
  entries.forEach(({ seq, kind }, index) => {
    if (seq !== index + 1) broken.push(`[P3] ${chatId} has seq ${seq} in place ${index + 1}`);
    if (kind === 'end' && index < entries.length - 1) {
      broken.push(`[P5] ${chatId} goes on after its end at ${seq}`);
    }
  });
  if (lastSeq !== entries.length) {
    broken.push(`[P3] ${chatId} says lastSeq ${lastSeq} and has ${entries.length} entries`);
  }
  if ((status === 'ended') !== (entries.at(-1)?.kind === 'end')) {
    broken.push(`[P5] ${chatId} is ${status}, and its last entry is ${entries.at(-1)?.kind}`);
  }
  return broken;
}

/** [P1] what was acked is there; [P2] nothing is there twice, and every ack was the same. */
function checkSent(clients: ClientRecord[], histories: Map<string, History>): string[] {
  const broken: string[] = [];
  const kept = new Map<string, number>();
  for (const { entries } of histories.values()) {
    for (const { kind, content } of entries) {
      if (kind === 'message') kept.set(content, (kept.get(content) ?? 0) + 1);
    }
  }
  for (const { id, sent } of clients) {
    for (const { content, acks, refused } of sent) {
      const times = kept.get(content) ?? 0;
      kept.delete(content);
      const what = `'${content}' of ${id}`;
      if (acks.length > 0 && times === 0) broken.push(`[P1] ${what} was acked and is lost`);
      if (times > 1) broken.push(`[P2] ${what} is there ${times} times`);
      if (refused && times > 0) broken.push(`[P2] ${what} was refused (${refused}) and is there`);
      if (acks.some((ack) => !isDeepStrictEqual(ack, acks[0]))) {
        broken.push(`[P2] ${what} was acked as ${acks.map(({ messageId }) => messageId)}`);
      }
    }
  }
  for (const content of kept.keys()) broken.push(`[P1] nobody has sent '${content}'`);
  return broken;
}

/** [P1] Whatever a client was told of is in the history, as it was told. */
function checkKnown(client: ClientRecord, histories: Map<string, History>): string[] {
  const { id, sent, live, filled } = client;
  const told: [how: string, fact: Omit<LiveEvent, 'connection'>][] = [
    ...sent.flatMap(({ acks }) => acks.map((message) => ['acked', factOf(message)] as const)),
    ...live.map((event) => ['delivered', event] as const),
    ...filled.map((message) => ['read', factOf(message)] as const),
  ].map(([how, fact]) => [how, fact]);
  return told.flatMap(([how, { chatId, seq, kind, message }]) => {
    const entry = histories.get(chatId)?.entries[seq - 1];
    const same = message ? isDeepStrictEqual(entry, message) : entry?.kind === kind;
    if (same) return [];
    const [fact, instead] = [message ?? { kind, content: '' }, entry].map(
      (one) => one && `${one.kind} '${one.content}'`,
    );
    return [`[P1] ${id} was ${how} ${fact} as ${chatId}.${seq}, where ${instead} is`];
  });
}

function factOf(message: Message): Omit<LiveEvent, 'connection'> {
  const { chatId, seq, kind } = message;
  return { chatId, seq, kind, message };
}

/**
 * [P3] The live feed of each chat rises; while a connection lasts nothing is skipped; and with what
 * was filled it is the whole history.
 */
function checkFeed(client: ClientRecord, histories: Map<string, History>): string[] {
  const broken: string[] = [];
  for (const [chatId, { chat, entries }] of histories) {
    if (client.id !== (client.side === 'user' ? chat.userId : chat.adminId)) continue;
    const live = client.live.filter((event) => event.chatId === chatId);
    live.forEach(({ seq, kind, connection }, index) => {
      const before = live[index - 1];
      if (!before) return;
      const same = connection === before.connection;
      if (seq > before.seq && !(same && seq > before.seq + 1)) return;
      const line = same ? 'on one connection' : 'on the next connection';
      const [now, then] = [`${kind} ${chatId}.${seq}`, `${before.kind} ${before.seq}`];
      broken.push(`[P3] ${client.id} got ${now} right after ${then} ${line}`);
    });
    const filled = client.filled.filter((message) => message.chatId === chatId);
    const known = new Set([...live, ...filled].map(({ seq }) => seq));
    const missing = entries.filter(({ seq }) => !known.has(seq)).map(({ seq }) => seq);
    if (missing.length > 0) broken.push(`[P3] ${client.id} never learnt ${chatId}.${missing}`);
    const extra = [...known].filter((seq) => seq > entries.length);
    if (extra.length > 0) broken.push(`[P3] ${client.id} got ${chatId}.${extra}, past the end`);
  }
  return broken;
}
