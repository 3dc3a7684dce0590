/**
 * Chats as the last transactions have left them, so that a chat in which people talk is not read anew
 * for every batch. Only for a store whose one connection does all the writing (SQLite): there, nothing
 * can change a chat unseen. Whatever else is written, by that connection or by an operator's beside it,
 * empties this.
 *
 * It costs up to 10 MB, and saves a third of what a message costs the database's thread when every
 * message of a batch is of another chat.
 */
import { sql, type Transaction } from 'kysely';
import type { Chat } from '../validations/chat.validation.js';
import type { Tables } from './schema.js';

const KEPT = 10_000;

export interface NumberedChat {
  chatNo: number;
  chat: Chat;
}

export class RecentChats {
  /** By chatId; who was written last comes last. */
  private readonly chats = new Map<string, NumberedChat>();
  /** Of the data when the last transaction of ours was about to end. */
  private versionSeen: string | undefined;

  /** @returns those of the chats that are known. Call it first in a transaction. */
  async find(trx: Transaction<Tables>, chatIds: Iterable<string>): Promise<NumberedChat[]> {
    if (this.chats.size === 0) return [];
    if ((await versionOf(trx)) !== this.versionSeen) this.forget();
    return [...chatIds].flatMap((chatId) => this.chats.get(chatId) ?? []);
  }

  /**
   * Call it last in a transaction. Before the next one begins, {@link keep} has to follow, or
   * {@link forget} when it was not committed.
   */
  async finish(trx: Transaction<Tables>): Promise<void> {
    this.versionSeen = await versionOf(trx);
  }

  keep(written: Iterable<NumberedChat>): void {
    for (const one of written) {
      this.chats.delete(one.chat.chatId);
      if (one.chat.status !== 'ended') this.chats.set(one.chat.chatId, one);
    }
    for (const chatId of this.chats.keys()) {
      if (this.chats.size <= KEPT) break;
      this.chats.delete(chatId);
    }
  }

  /** After a transaction that failed. */
  forget(): void {
    this.chats.clear();
  }
}

/** It changes with every row that this connection writes, and with every commit of another. */
async function versionOf(trx: Transaction<Tables>): Promise<string | undefined> {
  const { rows } = await sql<{ version: string }>`
    select total_changes() || ':' || data_version as version from pragma_data_version`.execute(trx);
  return rows[0]?.version;
}
