/** The accounts, through the server that uses their data, with a token that this operator may sign. */
import type { Tokens } from '../auth/tokens.js';
import type { Account } from '../store/AccountStore.js';
import type { NewAccount } from '../validations/account.validation.js';
import type { AccountKeeper } from './AccountKeeper.js';

/** Named in nobody's account; valid for two minutes. */
const OPERATOR = { id: 'operator', role: 'supervisor' } as const;
const TOKEN_DAYS = 2 / 1440;

/** Every method rejects with an Error whose message is the server's, or says that it is silent. */
export class RemoteAccounts implements AccountKeeper {
  constructor(
    private readonly url: string,
    private readonly tokens: Tokens,
  ) {}

  async putAccount(account: NewAccount): Promise<void> {
    await this.ask('POST', '/accounts', account);
  }

  async getAccounts(): Promise<Pick<Account, 'adminId' | 'role'>[]> {
    const { accounts } = await this.ask<{ accounts: Pick<Account, 'adminId' | 'role'>[] }>(
      'GET',
      '/accounts',
    );
    return accounts;
  }

  async removeAccount(adminId: string): Promise<void> {
    await this.ask('DELETE', `/accounts/${encodeURIComponent(adminId)}`);
  }

  async signOutAdmin(adminId: string): Promise<number> {
    const path = `/accounts/${encodeURIComponent(adminId)}/sign-out`;
    return (await this.ask<{ ended: number }>('POST', path)).ended;
  }

  private async ask<T>(method: string, path: string, body?: object): Promise<T> {
    const { token } = await this.tokens.sign(OPERATOR, TOKEN_DAYS);
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    }).catch(() => {
      throw new Error(`The server at ${this.url} uses this data and does not answer.`);
    });
    if (response.status === 204) return {} as T;
    const answer = (await response.json()) as T & { error?: { message: string } };
    if (answer.error) throw new Error(answer.error.message);
    return answer;
  }
}
