/**
 * What one transaction knows: loaded in a few queries for a whole batch, however many commands it has,
 * kept current by `decide`, and written back in a few statements.
 */
import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import { type Actor, sideOf } from '../auth/policy.js';
import type { Command } from '../timeline/commands.js';
import type { Ledger } from '../timeline/decide.js';
import type { Chat, Message } from '../validations/chat.validation.js';
import { DeskChange } from './DeskChange.js';
import type { NumberedChat, RecentChats } from './RecentChats.js';
import { fromChat, fromMessage, progressOf, toChat, toMessage } from './rows.js';
import type { Tables } from './schema.js';
import {
  insertMessages,
  lockChats,
  messageValues,
  progressValues,
  selectChats,
  selectOpenChats,
  selectSent,
  updateProgress,
} from './statements.js';

/**
 * Chats per INSERT. Each number of rows is another statement, and the engine keeps hundreds of them
 * prepared: of a thousand rows each they would take half a gigabyte.
 */
const ROWS_PER_INSERT = 64;

/** How the engine is written to. */
export interface Writing {
  /** Several writers are at work, so a batch locks the rows of its chats before it decides. */
  locksRows: boolean;
  /** Where one connection does all the writing; it saves reading. */
  recent?: RecentChats | undefined;
}

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

  private constructor(
    private readonly trx: Transaction<Tables>,
    private readonly recent: RecentChats | undefined,
  ) {}

  static async load(
    trx: Transaction<Tables>,
    commands: readonly Command[],
    { locksRows, recent }: Writing,
  ): Promise<BatchLedger> {
    const ledger = new BatchLedger(trx, recent);
    await ledger.loadChats(commands, locksRows);
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
    const progressed: Chat[] = [];
    const others: Chat[] = [];
    for (const chat of changed) {
      const before = this.loaded.get(chat.chatId);
      (hasOnlyProgressed(before, chat) ? progressed : others).push(chat);
    }
    for (let from = 0; from < others.length; from += ROWS_PER_INSERT) {
      await this.saveChats(others.slice(from, from + ROWS_PER_INSERT));
    }
    await updateProgress.execute(
      this.trx,
      progressed.map((chat) => progressValues(this.chatNo(chat.chatId), progressOf(chat))),
    );
    const rows = this.entries.map((entry) => fromMessage(this.chatNo(entry.chatId), entry));
    await insertMessages.execute(this.trx, rows.map(messageValues));
    // Last, because every writer of the desk changes the same row: where there are many, they wait
    // for each other from here to the commit only.
    await new DeskChange(this.loaded, changed, Date.parse(this.now)).save(this.trx);
    await this.recent?.finish(this.trx);
  }

  /** The chats that were changed, for {@link RecentChats.keep}. */
  written(): NumberedChat[] {
    return [...this.changed.values()].map((chat) => ({ chatNo: this.chatNo(chat.chatId), chat }));
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

  private async loadChats(commands: readonly Command[], locksRows: boolean): Promise<void> {
    const chatIds = new Set<string>();
    const userIds = new Set<string>();
    for (const command of commands) {
      if (command.kind === 'start') userIds.add(command.actor.id);
      else chatIds.add(command.chatId);
    }
    for (const { chatNo, chat } of (await this.recent?.find(this.trx, chatIds)) ?? []) {
      this.addLoaded(chatNo, chat);
      chatIds.delete(chat.chatId);
    }
    const byId = await (locksRows ? lockChats : selectChats).execute(this.trx, rowsOf(chatIds));
    const byUser = await selectOpenChats.execute(this.trx, rowsOf(userIds));
    for (const row of [...byId, ...byUser]) this.addLoaded(row.chat_no, toChat(row));
  }

  private addLoaded(chatNo: number, chat: Chat): void {
    this.chatNos.set(chat.chatId, chatNo);
    this.loaded.set(chat.chatId, chat);
    this.index(chat);
  }

  private async loadSent(commands: readonly Command[]): Promise<void> {
    const keys = commands.flatMap((command): [number, string][] => {
      if (command.kind !== 'message' || command.clientMessageId === undefined) return [];
      const chatNo = this.chatNos.get(command.chatId);
      return chatNo === undefined ? [] : [[chatNo, command.clientMessageId]];
    });
    const rows = await selectSent.execute(this.trx, keys);
    if (rows.length === 0) return;
    const chatIds = new Map([...this.chatNos].map(([chatId, chatNo]) => [chatNo, chatId]));
    for (const row of rows) this.remember(toMessage(chatIds.get(row.chat_no) ?? '', row));
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

const rowsOf = (ids: ReadonlySet<string>) => [...ids].map((id): [string] => [id]);

/** Only messages and marks have come; nothing that stands in an index differs. */
function hasOnlyProgressed(before: Chat | undefined, after: Chat): boolean {
  return (
    before !== undefined &&
    before.status === after.status &&
    before.adminId === after.adminId &&
    before.assignedSeq === after.assignedSeq
  );
}

/** No part can hold the separator: ids and keys have no control characters. */
function keyOf(chatId: string, side: string, senderId: string, clientMessageId: string): string {
  return `${chatId}\n${side}\n${senderId}\n${clientMessageId}`;
}
