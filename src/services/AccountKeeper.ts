/**
 * What can be done with accounts. The server does it on its own store (`SignInService`), the
 * operator's command there as well or, while a server uses the data, through that server
 * (`RemoteAccounts`).
 */
import type { Account } from '../store/AccountStore.js';
import type { NewAccount } from '../validations/account.validation.js';

export interface AccountKeeper {
  /** Makes an account or changes it, which ends its sign-ins. */
  putAccount(account: NewAccount): Promise<void>;
  getAccounts(): Promise<Pick<Account, 'adminId' | 'role'>[]>;
  /** @throws ChatError `no_account` */
  removeAccount(adminId: string): Promise<void>;
  /** Ends every sign-in of an admin. @returns how many there were. */
  signOutAdmin(adminId: string): Promise<number>;
}
