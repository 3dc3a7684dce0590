/**
 * The promises P1 to P6, checked from what clients have written down themselves and from the history
 * that is read at the end. Pure: it knows nothing of how the server was made to suffer.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Message } from '../../src/validations/chat.validation.js';
import { checkOwners, owedTo } from './owners.js';
import type { ClientRecord, History, LiveEvent } from './records.js';

/** @returns every broken promise, a sentence each, with its number in front. */
export function brokenPromises(clients: ClientRecord[], histories: History[]): string[] {
  const byChat = new Map(histories.map((history) => [history.chat.chatId, history]));
  return [
    ...histories.flatMap(checkTimeline),
    ...checkOwners(clients, histories),
    ...checkSent(clients, byChat),
    ...clients.flatMap(checkOwnOrder),
    ...clients.flatMap(checkAnswers),
    ...clients.flatMap(checkRequests),
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

/**
 * [P3] Messages of one sender are in the order in which they were sent: where the first was acked before
 * the second was sent, or both were sent once, on one connection.
 */
function checkOwnOrder({ id, sent }: ClientRecord): string[] {
  const kept = sent.flatMap(({ chatId, content, tries, acks, ackedAt = Infinity }) => {
    const [[first, second], [ack]] = [tries, acks];
    if (!first || !ack) return [];
    const connection = second ? undefined : first.connection;
    return [{ chatId, content, seq: ack.seq, at: first.at, ackedAt, connection }];
  });
  const broken: string[] = [];
  const byChat = new Map<string, typeof kept>();
  for (const later of kept) {
    const earlier = byChat.get(later.chatId) ?? [];
    for (const one of earlier) {
      const together = one.connection !== undefined && one.connection === later.connection;
      const inOrder = one.ackedAt < later.at || (together && one.at < later.at);
      if (!inOrder || one.seq < later.seq) continue;
      const what = `'${later.content}' of ${id} is before '${one.content}'`;
      broken.push(`[P3] ${what}, which was sent first`);
    }
    earlier.push(later);
    byChat.set(later.chatId, earlier);
  }
  return broken;
}

/** [P3] An admin is told once that a chat waits. */
function checkRequests({ id, requests }: ClientRecord): string[] {
  const known = new Set<string>();
  const again = requests.filter((request) => known.size === known.add(request).size);
  return again.map((request) => `[P3] ${id} was told again that ${request} waits`);
}

/** [P1] What was acked can be read, at once and from any node. [P7] Every event is answered. */
function checkAnswers({ id, readBack, late }: ClientRecord): string[] {
  return [
    ...readBack
      .filter(({ found }) => !found)
      .map(({ messageId }) => `[P1] ${id} did not find ${messageId} when it had been acked`),
    ...late.map(({ event, took }) => `[P7] ${event} of ${id} had no answer for ${took} ms`),
  ];
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
 * [P3] The live feed of each chat rises, also where an admin hears of the queue alone; while a
 * connection lasts nothing is skipped; and with what was filled it is the whole history.
 */
function checkFeed(client: ClientRecord, histories: Map<string, History>): string[] {
  const broken: string[] = [];
  for (const [chatId, history] of histories) {
    const owed = owedTo(client, history);
    const live = client.live.filter((event) => event.chatId === chatId);
    live.forEach(({ seq, kind, connection }, index) => {
      const before = live[index - 1];
      if (!before) return;
      const same = connection === before.connection;
      const skipped = [...owed].some((one) => one > before.seq && one < seq);
      if (seq > before.seq && !(same && skipped)) return;
      const line = same ? 'on one connection' : 'on the next connection';
      const [now, then] = [`${kind} ${chatId}.${seq}`, `${before.kind} ${before.seq}`];
      broken.push(`[P3] ${client.id} got ${now} right after ${then} ${line}`);
    });
    const extra = live.filter(({ seq }) => seq > history.entries.length).map(({ seq }) => seq);
    if (extra.length > 0) broken.push(`[P3] ${client.id} got ${chatId}.${extra}, past the end`);
  }
  return [...broken, ...unlearnt([client], [...histories.values()])];
}

/** [P3] What participants do not know of the chats that are theirs in the end. */
export function unlearnt(clients: ClientRecord[], histories: History[]): string[] {
  return clients.flatMap((client) => {
    const known = new Map<string, Set<number>>();
    for (const { chatId, seq } of [...client.live, ...client.filled]) {
      known.set(chatId, (known.get(chatId) ?? new Set()).add(seq));
    }
    return histories.flatMap(({ chat, entries }) => {
      const { chatId } = chat;
      if (client.id !== (client.side === 'user' ? chat.userId : chat.adminId)) return [];
      const missing = entries.filter(({ seq }) => !known.get(chatId)?.has(seq));
      if (missing.length === 0) return [];
      return [`[P3] ${client.id} never learnt ${chatId}.${missing.map(({ seq }) => seq)}`];
    });
  });
}

/** [P8] What waits in the end, and what each admin takes to be waiting. */
export function unequalQueues(clients: ClientRecord[], histories: History[]): string[] {
  const waiting = histories.flatMap(({ chat: { chatId, status } }) =>
    status === 'unassigned' ? [chatId] : [],
  );
  const admins = clients.filter(({ side }) => side === 'admin');
  return admins.flatMap(({ id, waiting: known }) => [
    ...waiting
      .filter((chatId) => !known.has(chatId))
      .map((chatId) => `[P8] ${id} does not know that ${chatId} waits`),
    ...[...known]
      .filter((chatId) => !waiting.includes(chatId))
      .map((chatId) => `[P8] ${id} takes ${chatId} to be waiting`),
  ]);
}
