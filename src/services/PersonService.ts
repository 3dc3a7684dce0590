/**
 * What the law gives a person: to be shown what is kept about them, and to be forgotten. And what age
 * does to everybody's: chats that ended long ago are deleted, where the operator wants that.
 */
import type { Actor } from '../auth/policy.js';
import { ChatError } from '../errors.js';
import type { Reach } from '../feed/Reach.js';
import type { ExportPage, OversightStore } from '../store/OversightStore.js';
import { type AuditLog, entryOf } from './AuditLog.js';

/** What became of a user who was erased. */
export interface ErasedUser {
  /** Who they are from now on, wherever they were named. */
  pseudonym: string;
  chats: number;
  messages: number;
}

/** Times that a chat may be begun anew while its user is being erased. */
const TRIES = 5;
const DAY = 86_400_000;

export interface PersonParts {
  store: Pick<OversightStore, 'exportUser' | 'eraseUser' | 'deleteEndedBefore'>;
  audit: AuditLog;
  /** Ends a chat as any supervisor may. */
  endChat(by: Actor, chatId: string): Promise<unknown>;
  /** Closes the connections of a user, on every node. */
  disconnect(userId: string): Promise<void>;
  /** Tells of what was erased; undefined where nobody can be connected. */
  reach: Pick<Reach, 'toAdminsOf'> | undefined;
}

export class PersonService {
  constructor(private readonly parts: PersonParts) {}

  /**
   * Everything that is kept about a user, as the text of one JSON object, piece by piece: chats with
   * all entries of their timelines. It is on record before it is given.
   * @throws ChatError `nothing_kept`; that leaves no name on record
   */
  async exportUser(by: Actor, userId: string, address?: string): Promise<AsyncIterable<string>> {
    const { store, audit } = this.parts;
    const first = await store.exportUser(userId, null);
    if (first.chats.length === 0) throw new ChatError('nothing_kept');
    await audit.record({ by, action: 'export_user', to: { id: userId, role: 'user' }, address });
    return this.piecesOf(userId, first);
  }

  private async *piecesOf(userId: string, first: ExportPage): AsyncGenerator<string> {
    const exportedAt = new Date().toISOString();
    yield `{"userId":${JSON.stringify(userId)},"exportedAt":"${exportedAt}","chats":[`;
    let open = '';
    let page = first;
    while (true) {
      for (const { chat, entries } of page.chats) {
        const isNew = open !== chat.chatId;
        if (isNew) {
          yield `${open && ']},'}\n${JSON.stringify(chat).slice(0, -1)},"messages":[`;
          open = chat.chatId;
        }
        const lines = entries.map((entry) => `\n${JSON.stringify(entry)}`).join(',');
        yield !isNew && lines ? `,${lines}` : lines;
      }
      if (!page.next) break;
      page = await this.parts.store.exportUser(userId, page.next);
    }
    yield `${open && ']}'}]}\n`;
  }

  /**
   * Ends what is open, closes the user's connections, and erases: messages keep their place without
   * content, and nobody can tell any more whose they were.
   * @throws ChatError `nothing_kept`; that leaves no name on record
   */
  async eraseUser(by: Actor, userId: string, address?: string): Promise<ErasedUser> {
    const { store, endChat, disconnect, reach } = this.parts;
    const record = entryOf({ by, action: 'erase_user', address });
    for (let tries = 0; tries < TRIES; tries++) {
      await disconnect(userId);
      const erased = await store.eraseUser(userId, record);
      if (!erased) throw new ChatError('nothing_kept');
      if (!('openChatId' in erased)) {
        const { pseudonym, chats, messages } = erased;
        // Admins may still have before their eyes what is no longer there.
        for (const chat of chats) reach?.toAdminsOf(chat, 'chat_erased', { chatId: chat.chatId });
        return { pseudonym, chats: chats.length, messages };
      }
      await endChat(by, erased.openChatId).catch((error: unknown) => {
        if (!(error instanceof ChatError) || error.code !== 'chat_ended') throw error;
      });
    }
    throw new ChatError('store_unavailable');
  }

  /** Deletes the chats that ended more than so many days ago. @returns how many. */
  async deleteOld(days: number, now = Date.now()): Promise<number> {
    const { store, audit } = this.parts;
    let deleted = 0;
    try {
      for (let some = -1; some !== 0; deleted += some) {
        some = await store.deleteEndedBefore(now - days * DAY);
      }
    } finally {
      // Also of what was deleted before it failed.
      if (deleted > 0) await audit.record({ action: `delete_old_chats ${deleted}` });
    }
    return deleted;
  }
}
