/** Reads everything there is, as a supervisor. */
import type { Message } from '../../src/validations/chat.validation.js';
import { admin, type Client } from '../support/clients.js';
import type { History } from './records.js';

export async function readHistories(url: string): Promise<History[]> {
  const auditor = await admin(url, 'auditor', {
    query: { adminId: 'auditor', role: 'supervisor' },
  });
  const histories: History[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const query = { scope: 'all', limit: 200, ...(cursor && { cursor }) };
    const { chats, nextCursor } = await auditor.do('get_chats', query);
    for (const chat of chats) {
      histories.push({ chat, entries: await timeline(auditor, chat.chatId) });
    }
    cursor = nextCursor;
  }
  auditor.close();
  return histories;
}

async function timeline(auditor: Client<'admin'>, chatId: string): Promise<Message[]> {
  const entries: Message[] = [];
  for (;;) {
    const query = { chatId, afterSeq: entries.length, limit: 200 };
    const { messages, hasMore } = await auditor.do('get_messages', query);
    entries.push(...messages);
    if (!hasMore) return entries;
  }
}
