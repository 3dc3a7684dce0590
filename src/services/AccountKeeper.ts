/**
 * What can be done with accounts. The server does it on its own store (`SignInService`), the
 * operator's command there as well or, while a server uses the data, through that server
 * (`RemoteAccounts`).
 */
import type { Actor } from '../auth/policy.js';
import type { Account } from '../store/AccountStore.js';
import type { NewAccount } from '../validations/account.validation.js';

/** Who does it, for the record. */
export interface Keeper {
  by: Actor;
  address?: string;
}

export interface AccountKeeper {
  /**
   * Makes an account or changes it, which ends its sign-ins. Without a role it keeps the one it has;
   * the first account is a supervisor's.
   * @returns the role it has now
   * @throws ChatError `last_supervisor`, `no_supervisor`
   */
  putAccount(account: NewAccount, keeper: Keeper): Promise<Account['role']>;
  getAccounts(): Promise<Pick<Account, 'adminId' | 'role'>[]>;
  /** @throws ChatError `no_account`, `last_supervisor` */
  removeAccount(adminId: string, keeper: Keeper): Promise<void>;
  /** Ends every sign-in of an admin. @returns how many there were. */
  signOutAdmin(adminId: string, keeper: Keeper): Promise<number>;
}
