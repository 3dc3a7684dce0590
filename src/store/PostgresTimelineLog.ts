import { type Expression, type Kysely, sql } from 'kysely';
import type { Actor } from '../auth/policy.js';
import { openChatsOf } from './KyselyChatStore.js';
import { LogTail, type TailQueries } from './LogTail.js';
import { toChat, toMessage } from './rows.js';
import type { NumberRange } from './Skipped.js';
import type { MessageRow, Tables } from './schema.js';
import type { LogArrival, LogNews, LogPage, LogQuery, TimelineLog } from './TimelineLog.js';

/** Entries of one chat on a page. */
const PAGE_LIMIT = 200;
/** Chats asked for in one query; with 200 long entries each this is 80 MB in the worst case. */
const CHATS_LIMIT = 50;

/** What was written in a chat. `endSeq`: it has ended there; null: it has not. */
type Head = Pick<LogNews, 'lastSeq' | 'deskSeq'> & { endSeq: number | null };
type EntryHead = Pick<MessageRow, 'chat_no' | 'seq' | 'kind'> & { number: number };

export class PostgresTimelineLog implements TimelineLog {
  /** What was read and could not be told yet, because a later query failed. */
  private readonly heads = new Map<number, Head>();
  private readonly starts: LogTail<{ number: number }>;
  private readonly entries: LogTail<EntryHead>;

  constructor(private readonly db: Kysely<Tables>) {
    this.starts = new LogTail(startsOf(db));
    this.entries = new LogTail(entriesOf(db));
  }

  async news(): Promise<LogNews[]> {
    const { heads } = this;
    for await (const rows of this.starts.news()) {
      for (const { number } of rows) heads.set(number, startWith(heads.get(number)));
    }
    for await (const rows of this.entries.news()) {
      for (const row of rows) heads.set(row.chat_no, headWith(row, heads.get(row.chat_no)));
    }
    if (heads.size === 0) return [];
    const chats = await this.db
      .selectFrom('chats')
      .select(['chat_no', 'chat_id as chatId', 'user_id as userId', 'admin_id as adminId'])
      .where(sql<boolean>`chat_no = any(${[...heads.keys()]}::bigint[])`)
      .execute();
    const news = chats.map(({ chat_no, ...chat }) => {
      const { lastSeq, deskSeq, endSeq } = heads.get(chat_no) as Head;
      // Only the end of a chat that nobody has is told to every admin.
      return { ...chat, lastSeq, deskSeq: (chat.adminId === null ? endSeq : null) ?? deskSeq };
    });
    heads.clear();
    return news;
  }

  async arrive(actor: Actor): Promise<LogArrival> {
    // One statement sees one state of the database, so mark and chats belong together.
    const rows = await this.db
      .selectFrom(this.mark().as('mark'))
      .leftJoin(openChatsOf(this.db, actor).as('open'), (join) => join.onTrue())
      .selectAll()
      .execute();
    const [{ entryNo = 0, chatNo = 0 } = {}] = rows;
    const open = rows.flatMap(({ chatId, userId, adminId, lastSeq }) =>
      chatId === null || userId === null || lastSeq === null
        ? []
        : [{ chatId, userId, adminId, lastSeq }],
    );
    return { open, mark: { entryNo, chatNo } };
  }

  async read(queries: LogQuery[]): Promise<LogPage[]> {
    const pages: LogPage[] = [];
    for (let from = 0; from < queries.length; from += CHATS_LIMIT) {
      pages.push(...(await this.readPages(queries.slice(from, from + CHATS_LIMIT))));
    }
    return pages;
  }

  private async readPages(queries: LogQuery[]): Promise<LogPage[]> {
    const asked = new Map(queries.map((query) => [query.chatId, query]));
    const chats = await this.db
      .selectFrom('chats')
      .selectAll()
      .where('chat_id', 'in', [...asked.keys()])
      .execute();
    if (chats.length === 0) return [];
    const pages = new Map<number, LogPage & { limit: number }>();
    for (const row of chats) {
      const { after = 0, limit = PAGE_LIMIT } = asked.get(row.chat_id) ?? {};
      const afterSeq = await this.seqAt(row.chat_no, after);
      const page = { chat: toChat(row), afterSeq, before: undefined, entries: [], limit };
      pages.set(row.chat_no, page);
    }
    const rows = await this.db
      .selectFrom('messages')
      .selectAll()
      .where((where) =>
        where.or(
          [...pages].map(([chatNo, { afterSeq, limit }]) =>
            // Without gaps a range of seq is a limit for each chat.
            where.and([
              where('chat_no', '=', chatNo),
              where('seq', '>=', afterSeq),
              where('seq', '<=', afterSeq + limit),
            ]),
          ),
        ),
      )
      .orderBy('chat_no')
      .orderBy('seq')
      .execute();
    for (const row of rows) {
      const page = pages.get(row.chat_no);
      if (!page) continue;
      const entry = toMessage(page.chat.chatId, row);
      if (entry.seq === page.afterSeq) page.before = entry;
      else page.entries.push(entry);
    }
    return [...pages.values()];
  }

  /** Last `seq` of a chat that was there at a mark. */
  private async seqAt(chatNo: number, mark: LogQuery['after']): Promise<number> {
    if (typeof mark === 'number') return mark;
    const last = await this.db
      .selectFrom('messages')
      .select('seq')
      .where('chat_no', '=', chatNo)
      .where('message_no', '<=', mark.entryNo)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    return last?.seq ?? (chatNo <= mark.chatNo ? 0 : -1);
  }

  private mark() {
    return this.db.selectNoFrom(({ selectFrom, fn }) => [
      fn
        .coalesce(
          selectFrom('messages').select(({ fn }) => fn.max('message_no').as('no')),
          sql.lit(0),
        )
        .as('entryNo'),
      fn
        .coalesce(
          selectFrom('chats').select(({ fn }) => fn.max('chat_no').as('no')),
          sql.lit(0),
        )
        .as('chatNo'),
    ]);
  }
}

const NOTHING: Head = { lastSeq: 0, deskSeq: null, endSeq: null };

function startWith(head = NOTHING): Head {
  return { ...head, deskSeq: head.deskSeq ?? 0 };
}

function headWith({ seq, kind }: EntryHead, head = NOTHING): Head {
  const isOfDesk = kind === 'assignment' || kind === 'unassignment';
  return {
    lastSeq: Math.max(head.lastSeq, seq),
    deskSeq: isOfDesk ? Math.max(head.deskSeq ?? 0, seq) : head.deskSeq,
    endSeq: kind === 'end' ? seq : head.endSeq,
  };
}

function startsOf(db: Kysely<Tables>): TailQueries<{ number: number }> {
  const rows = db.selectFrom('chats').select('chat_no as number').orderBy('chat_no');
  return {
    ...numbersOf(db, 'chats', 'chat_no'),
    above: (number, limit) => rows.where('chat_no', '>', number).limit(limit).execute(),
    within: (ranges, limit) => lateIn(db, rows.where(isSkipped('chat_no')), ranges, limit),
  };
}

function entriesOf(db: Kysely<Tables>): TailQueries<EntryHead> {
  const rows = db
    .selectFrom('messages')
    .select(['message_no as number', 'chat_no', 'seq', 'kind'])
    .orderBy('message_no');
  return {
    ...numbersOf(db, 'messages', 'message_no'),
    above: (number, limit) => rows.where('message_no', '>', number).limit(limit).execute(),
    within: (ranges, limit) => lateIn(db, rows.where(isSkipped('message_no')), ranges, limit),
  };
}

const isSkipped = (column: string) =>
  sql<boolean>`${sql.ref(column)} between skipped.first and skipped.last`;

/** The limit within keeps the planner from reading the whole table once instead of each range. */
async function lateIn<Row>(
  db: Kysely<Tables>,
  rows: { limit(limit: number): Expression<Row> },
  ranges: readonly NumberRange[],
  limit: number,
): Promise<Row[]> {
  const [first, last] = [ranges.map(({ from }) => from), ranges.map(({ to }) => to)];
  const late = await sql<Row>`
    select late.* from unnest(${first}::bigint[], ${last}::bigint[]) as skipped(first, last)
    cross join lateral (${rows.limit(limit)}) as late
    order by number limit ${limit}`.execute(db);
  return late.rows;
}

function numbersOf(
  db: Kysely<Tables>,
  table: 'chats' | 'messages',
  column: 'chat_no' | 'message_no',
): Pick<TailQueries<{ number: number }>, 'last' | 'gaps'> {
  const [from, number] = [sql.table(table), sql.ref(column)];
  return {
    last: async () => {
      const { rows } = await sql<{ last: number }>`
        select coalesce(max(${number}), 0) as last from ${from}`.execute(db);
      return rows[0]?.last ?? 0;
    },
    gaps: async (above, upTo) => {
      const { rows } = await sql<NumberRange>`
        select previous + 1 as "from", number - 1 as "to" from (
          select ${number} as number,
            lag(${number}, 1, ${above}::bigint) over (order by ${number}) as previous
          from ${from} where ${number} > ${above} and ${number} <= ${upTo}
        ) as numbers where number > previous + 1 order by number`.execute(db);
      return rows;
    },
  };
}
