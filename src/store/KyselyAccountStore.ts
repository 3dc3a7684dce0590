import type { Kysely } from 'kysely';
import {
  ACCOUNTS_LIMIT,
  type Account,
  type AccountStore,
  type SignIn,
  type SignInInForce,
} from './AccountStore.js';
import type { Tables } from './schema.js';

export class KyselyAccountStore implements AccountStore {
  constructor(private readonly db: Kysely<Tables>) {}

  async hasAccounts(): Promise<boolean> {
    const any = this.db.selectFrom('accounts').select('admin_id').limit(1);
    return (await any.executeTakeFirst()) !== undefined;
  }

  async putAccount({ adminId, role, passwordHash }: Account, kept?: string): Promise<void> {
    const changed = { role, password_hash: passwordHash };
    await this.db.transaction().execute(async (trx) => {
      await trx
        .insertInto('accounts')
        .values({ admin_id: adminId, ...changed })
        .onConflict((conflict) => conflict.column('admin_id').doUpdateSet(changed))
        .execute();
      let ended = trx.deleteFrom('sign_ins').where('admin_id', '=', adminId);
      if (kept !== undefined) ended = ended.where('session_id', '<>', kept);
      await ended.execute();
    });
  }

  async getAccount(adminId: string): Promise<Account | null> {
    const row = await this.db
      .selectFrom('accounts')
      .select(['admin_id as adminId', 'role', 'password_hash as passwordHash'])
      .where('admin_id', '=', adminId)
      .executeTakeFirst();
    return row ?? null;
  }

  getAccounts(): Promise<Pick<Account, 'adminId' | 'role'>[]> {
    return this.db
      .selectFrom('accounts')
      .select(['admin_id as adminId', 'role'])
      .orderBy('admin_id')
      .limit(ACCOUNTS_LIMIT)
      .execute();
  }

  async removeAccount(adminId: string): Promise<boolean> {
    return this.db.transaction().execute(async (trx) => {
      await trx.deleteFrom('sign_ins').where('admin_id', '=', adminId).execute();
      const removed = await trx
        .deleteFrom('accounts')
        .where('admin_id', '=', adminId)
        .executeTakeFirst();
      return removed.numDeletedRows > 0n;
    });
  }

  async addSignIn({ sessionId, adminId, role, expiresAt }: SignIn): Promise<void> {
    await this.db.deleteFrom('sign_ins').where('expires_at', '<=', Date.now()).execute();
    await this.db
      .insertInto('sign_ins')
      .values({ session_id: sessionId, admin_id: adminId, role, expires_at: expiresAt })
      .execute();
  }

  async getSignIn(sessionId: string): Promise<SignInInForce | null> {
    const row = await this.db
      .selectFrom('sign_ins')
      .leftJoin('accounts', 'accounts.admin_id', 'sign_ins.admin_id')
      .select([
        'sign_ins.session_id as sessionId',
        'sign_ins.admin_id as adminId',
        'sign_ins.expires_at as expiresAt',
        'sign_ins.role as givenRole',
        'accounts.role as accountRole',
      ])
      .where('sign_ins.session_id', '=', sessionId)
      .where('sign_ins.expires_at', '>', Date.now())
      .executeTakeFirst();
    if (!row) return null;
    const { givenRole, accountRole, ...signIn } = row;
    const role = givenRole ?? accountRole;
    return role && { ...signIn, role };
  }

  async inForce(sessionIds: string[]): Promise<string[]> {
    if (sessionIds.length === 0) return [];
    const rows = await this.db
      .selectFrom('sign_ins')
      .select('session_id')
      .where('session_id', 'in', sessionIds)
      .where('expires_at', '>', Date.now())
      .execute();
    return rows.map((row) => row.session_id);
  }

  async endSignIn(sessionId: string): Promise<void> {
    await this.db.deleteFrom('sign_ins').where('session_id', '=', sessionId).execute();
  }

  async endSignInsOf(adminId: string): Promise<number> {
    const ended = await this.db
      .deleteFrom('sign_ins')
      .where('admin_id', '=', adminId)
      .executeTakeFirst();
    return Number(ended.numDeletedRows);
  }
}
