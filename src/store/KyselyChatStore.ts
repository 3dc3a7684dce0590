/** The store on SQL: one set of queries and migrations for every engine that Kysely speaks. */
import type { Kysely, SelectQueryBuilder, Transaction } from 'kysely';
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
import { type ChatStore, type OpenChat, StoreUnavailable } from './ChatStore.js';
import { readOverview } from './DeskChange.js';
import { migrate } from './migrate.js';
import type { RecentChats } from './RecentChats.js';
import { toChat, toMessage } from './rows.js';
import type { ChatRow, Tables } from './schema.js';

/** Characters of content in a page of a timeline: 200 of the longest messages would be megabytes. */
const PAGE_LENGTH = 256 * 1024;
/** More open chats than an admin can work in; bounds what one connection costs. */
const OPEN_CHATS_LIMIT = 1000;

export class KyselyChatStore implements ChatStore {
  protected readonly locksRows: boolean = false;
  protected settled: Promise<unknown> = Promise.resolve();

  /** @param recent where this connection does all the writing; it saves reading. */
  constructor(
    protected readonly db: Kysely<Tables>,
    private readonly recent?: RecentChats,
  ) {}

  /** @throws StoreUnavailable as `migrate` does. */
  migrate(): Promise<void> {
    return migrate(this.db);
  }

  append(commands: Command[]): Promise<Outcome[]> {
    const outcomes = this.settled.then(() => this.carryOut(commands));
    this.settled = outcomes.catch(() => {});
    return outcomes;
  }

  /**
   * A fault of the program may be in one command alone, and the others must not suffer for it. So the
   * batch is tried again in halves, down to the one that fails.
   */
  private async carryOut(commands: Command[]): Promise<Outcome[]> {
    try {
      return await this.write(commands);
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      if (commands.length === 1) return [{ failed: error }];
      const half = Math.ceil(commands.length / 2);
      const outcomes = await this.carryOut(commands.slice(0, half));
      const rest = commands.slice(half);
      // What is committed is told, or nobody would hear of it, whatever becomes of the rest.
      const others = await this.carryOut(rest).catch((unavailable: StoreUnavailable) => {
        if (unavailable.fatal) throw unavailable;
        return rest.map(() => ({ failed: unavailable }));
      });
      return [...outcomes, ...others];
    }
  }

  private async write(commands: Command[]): Promise<Outcome[]> {
    const { locksRows, recent } = this;
    try {
      const { outcomes, ledger } = await this.transact(async (trx) => {
        const ledger = await BatchLedger.load(trx, commands, { locksRows, recent });
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
    const shown = rows.slice(0, Math.min(limit, fitting(rows)));
    const messages = shown.map((message) => toMessage(chatId, message));
    const hasMore = rows.length > shown.length;
    return { messages: forward ? messages : messages.reverse(), hasMore };
  }

  async getUnassignedChats({ cursor, limit }: GetUnassignedChats): Promise<ChatsPage> {
    const queue = this.db.selectFrom('chats').selectAll().where('status', '=', 'unassigned');
    return this.page(queue, 'asc', limit, this.position(cursor));
  }

  async getChats(
    actor: Actor,
    { status, scope, ofUser, ofAdmin, cursor, limit }: GetChats,
  ): Promise<ChatsPage | { refused: Reason }> {
    let chats = this.db.selectFrom('chats').selectAll();
    if (scope === 'all') {
      const refused = mayListAll(actor);
      if (refused) return { refused };
    } else {
      chats = chats.where(actor.role === 'user' ? 'user_id' : 'admin_id', '=', actor.id);
    }
    if (ofUser !== undefined) chats = chats.where('user_id', '=', ofUser);
    if (ofAdmin !== undefined) chats = chats.where('admin_id', '=', ofAdmin);
    if (status) chats = chats.where('status', status === 'ended' ? '=' : '<>', 'ended');
    let position = this.position(cursor);
    // R6: to a user, the id of a foreign chat is like one that does not exist. An admin's cursor may
    // have gone to somebody else between two pages, and still keeps its place.
    if (actor.role === 'user') position = position?.where('user_id', '=', actor.id);
    return this.page(chats, 'desc', limit, position);
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

  getOpenChats(actor: Actor): Promise<OpenChat[]> {
    return openChatsOf(this.db, actor).execute();
  }

  async close(): Promise<void> {
    await this.settled;
    // Where there is one connection, this waits for those who wait for it already.
    await this.db.connection().execute(() => Promise.resolve());
    await this.db.destroy();
  }

  /** Where in a list the page before has ended. */
  private position(cursor: string | undefined) {
    if (cursor === undefined) return undefined;
    return this.db.selectFrom('chats').select('chat_no').where('chat_id', '=', cursor);
  }

  private async page(
    chats: SelectQueryBuilder<Tables, 'chats', ChatRowOut>,
    order: 'asc' | 'desc',
    limit: number,
    position: SelectQueryBuilder<Tables, 'chats', Pick<ChatRowOut, 'chat_no'>> | undefined,
  ): Promise<ChatsPage> {
    let page = chats.orderBy('chat_no', order).limit(limit + 1);
    if (position) page = page.where('chat_no', order === 'asc' ? '>' : '<', position);
    const rows = await page.execute();
    const shown = rows.slice(0, limit).map(toChat);
    const nextCursor = rows.length > limit ? (shown.at(-1)?.chatId ?? null) : null;
    return { chats: shown, nextCursor };
  }
}

/** How many rows fit on a page; one always does. */
function fitting(rows: readonly { content: string }[]): number {
  let length = 0;
  const first = rows.findIndex(({ content }) => {
    length += content.length;
    return length > PAGE_LENGTH;
  });
  return first === -1 ? rows.length : Math.max(1, first);
}

/** The query of {@link ChatStore.getOpenChats}. */
export function openChatsOf(db: Kysely<Tables>, actor: Actor) {
  const chats = db
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
  return own.limit(OPEN_CHATS_LIMIT);
}

type ChatRowOut = Omit<ChatRow, 'chat_no'> & { chat_no: number };
