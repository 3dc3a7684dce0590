/**
 * What one transaction knows: loaded in three queries for a whole batch, however many commands it
 * has, kept current by `decide`, and written back in two statements.
 */
import { randomUUID } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import { type Actor, sideOf } from '../auth/policy.js';
import type { Command } from '../timeline/commands.js';
import type { Ledger } from '../timeline/decide.js';
import type { Chat, Message } from '../validations/chat.validation.js';
import { DeskChange } from './DeskChange.js';
import { fromChat, fromMessage, toChat, toMessage } from './rows.js';
import type { Tables } from './schema.js';

/** Rows per INSERT: 17 values each stay well below the 32,766 parameters that SQLite takes. */
const ROWS_PER_INSERT = 1000;

export class BatchLedger implements Ledger {
  readonly now = new Date().toISOString();
  private readonly chats = new Map<string, Chat>();
  private readonly chatNos = new Map<string, number>();
  private readonly openByUser = new Map<string, Chat>();
  private readonly sentByKey = new Map<string, Message>();
  /** As they were when the transaction began. */
  private readonly loaded = new Map<string, Chat>();
  private readonly changed = new Map<string, Chat>();
  private readonly entries: Message[] = [];

  private constructor(private readonly trx: Transaction<Tables>) {}

  /** @param lock keeps other writers off the chats of these commands until the transaction ends */
  static async load(
    trx: Transaction<Tables>,
    commands: readonly Command[],
    lock: boolean,
  ): Promise<BatchLedger> {
    const ledger = new BatchLedger(trx);
    await ledger.loadChats(commands, lock);
    await ledger.loadSent(commands);
    return ledger;
  }

  chat(chatId: string): Chat | undefined {
    return this.chats.get(chatId);
  }

  openChatOf(userId: string): Chat | undefined {
    return this.openByUser.get(userId);
  }

  sent(chatId: string, actor: Actor, clientMessageId: string): Message | undefined {
    return this.sentByKey.get(keyOf(chatId, sideOf(actor.role), actor.id, clientMessageId));
  }

  setChat(chat: Chat): void {
    this.index(chat);
    this.changed.set(chat.chatId, chat);
  }

  addEntry(entry: Message): void {
    this.entries.push(entry);
    this.remember(entry);
  }

  newChatId(): string {
    return randomUUID();
  }

  /** Writes what `decide` has changed. */
  async save(): Promise<void> {
    const changed = [...this.changed.values()];
    for (let from = 0; from < changed.length; from += ROWS_PER_INSERT) {
      await this.saveChats(changed.slice(from, from + ROWS_PER_INSERT));
    }
    const rows = this.entries.map((entry) => fromMessage(this.chatNo(entry.chatId), entry));
    for (let from = 0; from < rows.length; from += ROWS_PER_INSERT) {
      await this.trx
        .insertInto('messages')
        .values(rows.slice(from, from + ROWS_PER_INSERT))
        .execute();
    }
    // Last, because every writer of the desk changes the same row: where there are many, they wait
    // for each other from here to the commit only.
    await new DeskChange(this.loaded, changed, Date.parse(this.now)).save(this.trx);
  }

  private async saveChats(chats: Chat[]): Promise<void> {
    const numbered = await this.trx
      .insertInto('chats')
      .values(chats.map((chat) => ({ ...fromChat(chat), ...this.numberOf(chat) })))
      .onConflict((conflict) =>
        conflict.column('chat_no').doUpdateSet((row) => ({
          admin_id: row.ref('excluded.admin_id'),
          status: row.ref('excluded.status'),
          last_seq: row.ref('excluded.last_seq'),
          assigned_at: row.ref('excluded.assigned_at'),
          assigned_seq: row.ref('excluded.assigned_seq'),
          ended_at: row.ref('excluded.ended_at'),
          ended_by: row.ref('excluded.ended_by'),
          first_response_at: row.ref('excluded.first_response_at'),
          user_delivered_seq: row.ref('excluded.user_delivered_seq'),
          user_seen_seq: row.ref('excluded.user_seen_seq'),
          admin_delivered_seq: row.ref('excluded.admin_delivered_seq'),
          admin_seen_seq: row.ref('excluded.admin_seen_seq'),
        })),
      )
      .returning(['chat_id', 'chat_no'])
      .execute();
    for (const row of numbered) this.chatNos.set(row.chat_id, row.chat_no);
  }

  /** An insert without a number takes the next one, also when it ends as an update. */
  private numberOf({ chatId }: Chat): { chat_no?: number } {
    const chatNo = this.chatNos.get(chatId);
    return chatNo === undefined ? {} : { chat_no: chatNo };
  }

  private async loadChats(commands: readonly Command[], lock: boolean): Promise<void> {
    const chatIds = new Set<string>();
    const userIds = new Set<string>();
    for (const command of commands) {
      if (command.kind === 'start') userIds.add(command.actor.id);
      else chatIds.add(command.chatId);
    }
    const all = this.trx.selectFrom('chats').selectAll();
    const named = all.where('chat_id', 'in', [...chatIds]);
    // In one order, so that no two batches wait for each other.
    const own = lock ? named.orderBy('chat_no').forUpdate() : named;
    const byId = chatIds.size ? await own.execute() : [];
    const byUser = userIds.size
      ? await all
          .where('user_id', 'in', [...userIds])
          .where('status', '<>', 'ended')
          .execute()
      : [];
    for (const row of [...byId, ...byUser]) {
      this.chatNos.set(row.chat_id, row.chat_no);
      const chat = toChat(row);
      this.loaded.set(chat.chatId, chat);
      this.index(chat);
    }
  }

  /** A join over the keys, so that each costs one look-up in the index `messages_once`. */
  private async loadSent(commands: readonly Command[]): Promise<void> {
    const keys = commands.flatMap((command) => {
      if (command.kind !== 'message' || command.clientMessageId === undefined) return [];
      const chatNo = this.chatNos.get(command.chatId);
      if (chatNo === undefined) return [];
      return [sql`(cast(${chatNo} as bigint), cast(${command.clientMessageId} as text))`];
    });
    if (keys.length === 0) return;
    const rows = await this.trx
      .with(
        'keys(chat_no, client_message_id)',
        () => sql<{ chat_no: number; client_message_id: string }>`(values ${sql.join(keys)})`,
      )
      .selectFrom('keys')
      .innerJoin('messages', (join) =>
        join
          .onRef('messages.chat_no', '=', 'keys.chat_no')
          .onRef('messages.client_message_id', '=', 'keys.client_message_id'),
      )
      .innerJoin('chats', 'chats.chat_no', 'messages.chat_no')
      .selectAll('messages')
      .select('chats.chat_id')
      .execute();
    for (const row of rows) this.remember(toMessage(row.chat_id, row));
  }

  private index(chat: Chat): void {
    this.chats.set(chat.chatId, chat);
    if (chat.status !== 'ended') this.openByUser.set(chat.userId, chat);
    else if (this.openByUser.get(chat.userId)?.chatId === chat.chatId) {
      this.openByUser.delete(chat.userId);
    }
  }

  private remember(entry: Message): void {
    if (entry.clientMessageId === undefined) return;
    const { chatId, senderRole, senderId, clientMessageId } = entry;
    this.sentByKey.set(keyOf(chatId, senderRole, senderId, clientMessageId), entry);
  }

  private chatNo(chatId: string): number {
    const chatNo = this.chatNos.get(chatId);
    if (chatNo === undefined) throw new Error(`chat ${chatId} has no number`);
    return chatNo;
  }
}

/** No part can hold the separator: ids and keys have no control characters. */
function keyOf(chatId: string, side: string, senderId: string, clientMessageId: string): string {
  return `${chatId}\n${side}\n${senderId}\n${clientMessageId}`;
}
