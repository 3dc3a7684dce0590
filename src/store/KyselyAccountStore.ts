import type { Kysely } from 'kysely';
import type { Account, AccountStore, SignIn } from './AccountStore.js';
import type { Tables } from './schema.js';

export class KyselyAccountStore implements AccountStore {
  constructor(private readonly db: Kysely<Tables>) {}

  async hasAccounts(): Promise<boolean> {
    const any = this.db.selectFrom('accounts').select('admin_id').limit(1);
    return (await any.executeTakeFirst()) !== undefined;
  }

  async putAccount({ adminId, role, passwordHash }: Account): Promise<void> {
    const changed = { role, password_hash: passwordHash };
    await this.db.transaction().execute(async (trx) => {
      await trx
        .insertInto('accounts')
        .values({ admin_id: adminId, ...changed })
        .onConflict((conflict) => conflict.column('admin_id').doUpdateSet(changed))
        .execute();
      await trx.deleteFrom('sign_ins').where('admin_id', '=', adminId).execute();
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

  async addSignIn({ sessionId, adminId, expiresAt }: SignIn): Promise<void> {
    await this.db.deleteFrom('sign_ins').where('expires_at', '<=', Date.now()).execute();
    await this.db
      .insertInto('sign_ins')
      .values({ session_id: sessionId, admin_id: adminId, expires_at: expiresAt })
      .execute();
  }

  async getSignIn(sessionId: string): Promise<(SignIn & Pick<Account, 'role'>) | null> {
    const row = await this.db
      .selectFrom('sign_ins')
      .innerJoin('accounts', 'accounts.admin_id', 'sign_ins.admin_id')
      .select([
        'sign_ins.session_id as sessionId',
        'sign_ins.admin_id as adminId',
        'sign_ins.expires_at as expiresAt',
        'accounts.role',
      ])
      .where('sign_ins.session_id', '=', sessionId)
      .where('sign_ins.expires_at', '>', Date.now())
      .executeTakeFirst();
    return row ?? null;
  }

  async endSignIn(sessionId: string): Promise<void> {
    await this.db.deleteFrom('sign_ins').where('session_id', '=', sessionId).execute();
  }
}
