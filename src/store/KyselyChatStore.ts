/** The store on SQL: one set of queries and migrations for every engine that Kysely speaks. */
import { type Kysely, Migrator, type SelectQueryBuilder, type Transaction } from 'kysely';
import { type Actor, mayListAll, mayRead } from '../auth/policy.js';
import type { Reason } from '../errors.js';
import type { Command, Outcome } from '../timeline/commands.js';
import { decide } from '../timeline/decide.js';
import type {
  Chat,
  ChatsPage,
  GetChats,
  GetMessages,
  GetUnassignedChats,
  MessagesPage,
  Overview,
} from '../validations/chat.validation.js';
import { BatchLedger } from './BatchLedger.js';
import type { ChatStore, OpenChat } from './ChatStore.js';
import { readOverview } from './DeskChange.js';
import { migrationProvider } from './migrations/index.js';
import type { RecentChats } from './RecentChats.js';
import { toChat, toMessage } from './rows.js';
import type { ChatRow, Tables } from './schema.js';

/** More open chats than an admin can work in; bounds what one connection costs. */
const OPEN_CHATS_LIMIT = 1000;

export class KyselyChatStore implements ChatStore {
  private settled: Promise<unknown> = Promise.resolve();

  /** @param recent where this connection does all the writing; it saves reading. */
  constructor(
    protected readonly db: Kysely<Tables>,
    private readonly recent?: RecentChats,
  ) {}

  /** Brings the tables to this version. @throws when the data is of a newer one. */
  async migrate(): Promise<void> {
    const { error } = await new Migrator({
      db: this.db,
      provider: migrationProvider,
    }).migrateToLatest();
    if (error) throw error;
  }

  append(commands: Command[]): Promise<Outcome[]> {
    if (!this.recent) return this.write(commands);
    // What is kept of a batch must be settled before the next one asks for it.
    const outcomes = this.settled.then(() => this.write(commands, this.recent));
    this.settled = outcomes.catch(() => {});
    return outcomes;
  }

  private async write(commands: Command[], recent?: RecentChats): Promise<Outcome[]> {
    try {
      const { outcomes, ledger } = await this.transact(async (trx) => {
        const ledger = await BatchLedger.load(trx, commands, recent);
        const outcomes = commands.map((command) => decide(command, ledger));
        await ledger.save();
        return { outcomes, ledger };
      });
      recent?.keep(ledger.written());
      return outcomes;
    } catch (error) {
      recent?.forget();
      throw error;
    }
  }

  protected transact<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    return this.db.transaction().execute(work);
  }

  async getMessages(
    actor: Actor,
    { chatId, afterSeq, beforeSeq, limit }: GetMessages,
  ): Promise<MessagesPage | { refused: Reason }> {
    const row = await this.db
      .selectFrom('chats')
      .select(['chat_no', 'user_id as userId', 'admin_id as adminId', 'status'])
      .where('chat_id', '=', chatId)
      .executeTakeFirst();
    const refused = mayRead(actor, row);
    if (refused || !row) return { refused: refused ?? 'chat_not_found' };

    const forward = afterSeq !== undefined;
    let page = this.db
      .selectFrom('messages')
      .selectAll()
      .where('chat_no', '=', row.chat_no)
      .orderBy('seq', forward ? 'asc' : 'desc')
      .limit(limit + 1);
    if (forward) page = page.where('seq', '>', afterSeq);
    else if (beforeSeq !== undefined) page = page.where('seq', '<', beforeSeq);
    const rows = await page.execute();
    const hasMore = rows.length > limit;
    const messages = rows.slice(0, limit).map((message) => toMessage(chatId, message));
    return { messages: forward ? messages : messages.reverse(), hasMore };
  }

  async getUnassignedChats({ cursor, limit }: GetUnassignedChats): Promise<ChatsPage> {
    const queue = this.db.selectFrom('chats').selectAll().where('status', '=', 'unassigned');
    return this.page(queue, 'asc', cursor, limit);
  }

  async getChats(
    actor: Actor,
    { status, scope, cursor, limit }: GetChats,
  ): Promise<ChatsPage | { refused: Reason }> {
    let chats = this.db.selectFrom('chats').selectAll();
    if (scope === 'all') {
      const refused = mayListAll(actor);
      if (refused) return { refused };
    } else {
      chats = chats.where(actor.role === 'user' ? 'user_id' : 'admin_id', '=', actor.id);
    }
    if (status) chats = chats.where('status', status === 'ended' ? '=' : '<>', 'ended');
    return this.page(chats, 'desc', cursor, limit);
  }

  async getChat(actor: Actor, chatId: string): Promise<Chat | { refused: Reason }> {
    const row = await this.db
      .selectFrom('chats')
      .selectAll()
      .where('chat_id', '=', chatId)
      .executeTakeFirst();
    const chat = row && toChat(row);
    const refused = mayRead(actor, chat);
    return refused || !chat ? { refused: refused ?? 'chat_not_found' } : chat;
  }

  getOverview(): Promise<Overview> {
    return readOverview(this.db);
  }

  async getOpenChats(actor: Actor): Promise<OpenChat[]> {
    const chats = this.db
      .selectFrom('chats')
      .select([
        'chat_id as chatId',
        'user_id as userId',
        'admin_id as adminId',
        'last_seq as lastSeq',
      ]);
    const own =
      actor.role === 'user'
        ? chats.where('user_id', '=', actor.id).where('status', '<>', 'ended')
        : chats.where('admin_id', '=', actor.id).where('status', '=', 'assigned');
    return own.limit(OPEN_CHATS_LIMIT).execute();
  }

  async close(): Promise<void> {
    await this.db.destroy();
  }

  private async page(
    chats: SelectQueryBuilder<Tables, 'chats', ChatRowOut>,
    order: 'asc' | 'desc',
    cursor: string | undefined,
    limit: number,
  ): Promise<ChatsPage> {
    let page = chats.orderBy('chat_no', order).limit(limit + 1);
    if (cursor !== undefined) {
      const position = this.db.selectFrom('chats').select('chat_no').where('chat_id', '=', cursor);
      page = page.where('chat_no', order === 'asc' ? '>' : '<', position);
    }
    const rows = await page.execute();
    const shown = rows.slice(0, limit).map(toChat);
    const nextCursor = rows.length > limit ? (shown.at(-1)?.chatId ?? null) : null;
    return { chats: shown, nextCursor };
  }
}

type ChatRowOut = Omit<ChatRow, 'chat_no'> & { chat_no: number };
