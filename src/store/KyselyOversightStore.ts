import { randomBytes } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type {
  AuditEntry,
  AuditPage,
  Erased,
  ExportPage,
  ExportPosition,
  OversightStore,
  Revocation,
} from './OversightStore.js';
import { toChat, toMessage } from './rows.js';
import type { AuditRow, ChatRow, Tables } from './schema.js';
import { emptyLog, noteErased, vacuumNoted } from './scrubbing.js';

/** Entries of a page of an export. */
const EXPORT_PAGE = 200;
/** Chats that one transaction deletes: bounds how long messages wait for it. */
const DELETED_AT_ONCE = 100;

export class KyselyOversightStore implements OversightStore {
  /** @param openPatient see {@link vacuumNoted}; undefined where there is nothing to vacuum */
  constructor(
    private readonly db: Kysely<Tables>,
    private readonly openPatient?: () => Kysely<Tables>,
  ) {}

  async revoke({ subject, revokedAt, expiresAt }: Revocation): Promise<void> {
    // What was revoked for good stays so.
    const until = sql<number | null>`case when revocations.expires_at is null then null
      else excluded.expires_at end`;
    await this.db
      .insertInto('revocations')
      .values({ subject, revoked_at: revokedAt, expires_at: expiresAt })
      .onConflict((conflict) =>
        conflict.column('subject').doUpdateSet({ revoked_at: revokedAt, expires_at: until }),
      )
      .execute();
  }

  async isRevoked(tokenId: string | null, identity: string, issuedAt: number): Promise<boolean> {
    const found = await this.db
      .selectFrom('revocations')
      .select('subject')
      .where((row) =>
        row.or([
          row('subject', '=', tokenId ?? ''),
          row.and([row('subject', '=', identity), row('revoked_at', '>=', issuedAt)]),
        ]),
      )
      .where((row) => row.or([row('expires_at', 'is', null), row('expires_at', '>', Date.now())]))
      .executeTakeFirst();
    return found !== undefined;
  }

  revokedSince(time: number): Promise<Revocation[]> {
    return this.db
      .selectFrom('revocations')
      .select(['subject', 'revoked_at as revokedAt', 'expires_at as expiresAt'])
      .where('revoked_at', '>=', time)
      .execute();
  }

  async addAudit(entries: AuditEntry[]): Promise<void> {
    await this.db.insertInto('audit').values(entries).execute();
  }

  async getAudit(cursor: number | null, limit: number): Promise<AuditPage> {
    let page = this.db.selectFrom('audit').selectAll().orderBy('audit_no', 'desc');
    if (cursor !== null) page = page.where('audit_no', '<', cursor);
    const rows = await page.limit(limit + 1).execute();
    const entries = rows.slice(0, limit).map(({ audit_no: auditNo, ...entry }) => ({
      auditNo,
      ...entry,
    }));
    const nextCursor = rows.length > limit ? (entries.at(-1)?.auditNo ?? null) : null;
    return { entries, nextCursor };
  }

  async exportUser(userId: string, after: ExportPosition | null): Promise<ExportPage> {
    const { chatNo, seq } = after ?? { chatNo: 0, seq: 0 };
    const chat = await this.db
      .selectFrom('chats')
      .selectAll()
      .where('user_id', '=', userId)
      // At seq 0 the chat itself has been given, and nothing of it.
      .where('chat_no', '>=', chatNo)
      .orderBy('chat_no')
      .executeTakeFirst();
    if (!chat) return { chats: [], next: null };
    const rows = await this.db
      .selectFrom('messages')
      .selectAll()
      .where('chat_no', '=', chat.chat_no)
      .where('seq', '>', chat.chat_no === chatNo ? seq : 0)
      .orderBy('seq')
      .limit(EXPORT_PAGE)
      .execute();
    const last = rows.at(-1)?.seq;
    const entries = rows.map((row) => toMessage(chat.chat_id, row));
    const more = last !== undefined && rows.length === EXPORT_PAGE;
    return {
      chats: [{ chat: toChat(chat), entries }],
      next: more ? { chatNo: chat.chat_no, seq: last } : { chatNo: chat.chat_no + 1, seq: 0 },
    };
  }

  async eraseUser(
    userId: string,
    record: AuditEntry,
  ): Promise<Erased | { openChatId: string } | null> {
    const erased = await this.db.transaction().execute((trx) => erase(trx, userId, record));
    if (erased && !('openChatId' in erased)) await emptyLog(this.db);
    return erased;
  }

  async deleteEndedBefore(time: number): Promise<number> {
    const deleted = await this.db.transaction().execute(async (trx) => {
      const rows = await trx
        .selectFrom('chats')
        .select('chat_no')
        .where('status', '=', sql.lit('ended'))
        .where('ended_at', '<', time)
        .orderBy('ended_at')
        .limit(DELETED_AT_ONCE)
        .execute();
      const chatNos = rows.map(({ chat_no: chatNo }) => chatNo);
      if (chatNos.length === 0) return 0;
      await trx.deleteFrom('messages').where('chat_no', 'in', chatNos).execute();
      await trx.deleteFrom('chats').where('chat_no', 'in', chatNos).execute();
      await noteErased(trx);
      return chatNos.length;
    });
    if (deleted > 0) await emptyLog(this.db);
    return deleted;
  }

  async scrub(): Promise<boolean> {
    await this.db.deleteFrom('revocations').where('expires_at', '<=', Date.now()).execute();
    return this.openPatient ? vacuumNoted(this.db, this.openPatient) : false;
  }
}

async function erase(
  trx: Transaction<Tables>,
  userId: string,
  record: AuditEntry,
): Promise<Erased | { openChatId: string } | null> {
  const chats = await trx
    .selectFrom('chats')
    .select(['chat_no', 'chat_id', 'admin_id', 'status', 'ended_by'])
    .where('user_id', '=', userId)
    .execute();
  const open = chats.find(({ status }) => status !== 'ended');
  if (open) return { openChatId: open.chat_id };

  const pseudonym = `erased_${randomBytes(12).toString('base64url')}`;
  let messages = 0;
  for (const chat of chats) messages += await eraseChat(trx, chat, userId, pseudonym, record.at);
  const [was, is] = [`user:${userId}`, `user:${pseudonym}`];
  const audit = trx.updateTable('audit');
  const named = [
    await audit.set({ subject: is }).where('subject', '=', was).executeTakeFirstOrThrow(),
    await audit.set({ actor: is }).where('actor', '=', was).executeTakeFirstOrThrow(),
  ];
  if (chats.length === 0 && named.every(({ numUpdatedRows }) => numUpdatedRows === 0n)) return null;
  const details = JSON.stringify({ chats: chats.length, messages });
  await trx
    .insertInto('audit')
    .values({ ...record, subject: is, details } satisfies Omit<AuditRow, 'audit_no'>)
    .execute();
  await noteErased(trx);
  const erased = chats.map((chat) => ({ chatId: chat.chat_id, adminId: chat.admin_id }));
  return { pseudonym, chats: erased, messages };
}

/** @returns how many messages lost their content. */
async function eraseChat(
  trx: Transaction<Tables>,
  { chat_no: chatNo, ended_by: endedBy }: Pick<ChatRow, 'ended_by'> & { chat_no: number },
  userId: string,
  pseudonym: string,
  at: number,
): Promise<number> {
  const entries = trx.updateTable('messages').where('chat_no', '=', chatNo);
  // A user and an admin may have the same name; only the user is erased.
  await entries
    .set({ sender_id: pseudonym })
    .where('sender_role', '=', 'user')
    .where('sender_id', '=', userId)
    .execute();
  await entries
    .set({ receiver_id: pseudonym })
    .where('sender_role', '=', 'admin')
    .where('receiver_id', '=', userId)
    .execute();
  const { numUpdatedRows } = await entries
    .set({ content: '', client_message_id: null, erased_at: at })
    .where('kind', '=', 'message')
    .where('erased_at', 'is', null)
    .executeTakeFirstOrThrow();
  const ended = endedBy === userId ? { ended_by: pseudonym } : {};
  await trx
    .updateTable('chats')
    .set({ user_id: pseudonym, ...ended })
    .where('chat_no', '=', chatNo)
    .execute();
  return Number(numUpdatedRows);
}
