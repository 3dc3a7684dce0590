/** Reads everything there is, as a supervisor: over HTTP, so that it needs nobody's feed to be well. */
import type { Message } from '../../src/validations/chat.validation.js';
import type { DataOf, EventName } from '../../src/validations/events.js';
import { rest } from '../support/rest.js';
import type { History } from './records.js';

export async function readHistories(url: string): Promise<History[]> {
  const histories: History[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const query = { scope: 'all', limit: 200, role: 'supervisor', ...(cursor && { cursor }) };
    const { chats, nextCursor } = await ask(url, 'get_chats', query);
    for (const chat of chats) {
      histories.push({ chat, entries: await timeline(url, chat.chatId) });
    }
    cursor = nextCursor;
  }
  return histories;
}

async function timeline(url: string, chatId: string): Promise<Message[]> {
  const entries: Message[] = [];
  for (;;) {
    const query = { chatId, afterSeq: entries.length, limit: 200, role: 'supervisor' };
    const { messages, hasMore } = await ask(url, 'get_messages', query);
    entries.push(...messages);
    if (!hasMore) return entries;
  }
}

async function ask<E extends EventName<'admin'>>(
  url: string,
  event: E,
  query: Record<string, unknown>,
): Promise<DataOf<'admin', E>> {
  const answer = await rest(url, 'admin', event, query, { id: 'auditor' });
  if (answer.error) throw new Error(`${event}: ${answer.error.code} ${answer.error.message}`);
  return answer.data;
}
