/** The seam for the accounts of admins and their sign-ins. Held to its contract like `ChatStore`. */
import type { Role } from '../validations/events.js';

export interface Account {
  adminId: string;
  role: Exclude<Role, 'user'>;
  passwordHash: string;
}

export interface SignIn {
  /** SHA-256 of the secret in the admin's cookie, so that a stolen database opens no door. */
  sessionId: string;
  adminId: string;
  /** Given by the identity provider that proved the admin; null: the role that the account has. */
  role: Account['role'] | null;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** A sign-in that is in force, with the role that holds now. */
export type SignInInForce = SignIn & Pick<Account, 'role'>;

/** More admins than one desk has; bounds the list. */
export const ACCOUNTS_LIMIT = 1000;

export interface AccountStore {
  /** Whether anybody can sign in at all. */
  hasAccounts(): Promise<boolean>;
  /**
   * Makes an account, or changes the one there is and ends its sign-ins.
   * @param kept the one that stays
   */
  putAccount(account: Account, kept?: string): Promise<void>;
  getAccount(adminId: string): Promise<Account | null>;
  /** By name; {@link ACCOUNTS_LIMIT} at most. */
  getAccounts(): Promise<Pick<Account, 'adminId' | 'role'>[]>;
  /** Takes an account away, with its sign-ins. @returns whether there was one. */
  removeAccount(adminId: string): Promise<boolean>;
  addSignIn(signIn: SignIn): Promise<void>;
  getSignIn(sessionId: string): Promise<SignInInForce | null>;
  /** Those of the given sign-ins that are still in force. */
  inForce(sessionIds: string[]): Promise<string[]>;
  endSignIn(sessionId: string): Promise<void>;
  /** Ends every sign-in of an admin. @returns how many there were. */
  endSignInsOf(adminId: string): Promise<number>;
}
