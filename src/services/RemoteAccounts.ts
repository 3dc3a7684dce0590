/** The accounts, through the server that uses their data. */
import type { Account } from '../store/AccountStore.js';
import type { NewAccount } from '../validations/account.validation.js';
import type { AccountKeeper } from './AccountKeeper.js';
import type { RemoteServer } from './RemoteServer.js';

/** Every method rejects with an Error whose message is the server's, or says that it is silent. */
export class RemoteAccounts implements AccountKeeper {
  constructor(private readonly server: RemoteServer) {}

  async putAccount(account: NewAccount): Promise<Account['role']> {
    return (await this.server.ask<Pick<Account, 'role'>>('POST', '/accounts', account)).role;
  }

  async getAccounts(): Promise<Pick<Account, 'adminId' | 'role'>[]> {
    const { accounts } = await this.server.ask<{ accounts: Pick<Account, 'adminId' | 'role'>[] }>(
      'GET',
      '/accounts',
    );
    return accounts;
  }

  async removeAccount(adminId: string): Promise<void> {
    await this.server.ask('DELETE', `/accounts/${encodeURIComponent(adminId)}`);
  }

  async signOutAdmin(adminId: string): Promise<number> {
    const path = `/accounts/${encodeURIComponent(adminId)}/sign-out`;
    return (await this.server.ask<{ ended: number }>('POST', path)).ended;
  }
}
