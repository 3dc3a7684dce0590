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
  /** Milliseconds since 1970. */
  expiresAt: number;
}

export interface AccountStore {
  /** Whether anybody can sign in at all. */
  hasAccounts(): Promise<boolean>;
  /** Makes an account, or changes the one there is and ends its sign-ins. */
  putAccount(account: Account): Promise<void>;
  getAccount(adminId: string): Promise<Account | null>;
  addSignIn(signIn: SignIn): Promise<void>;
  /** A sign-in that is in force, with the role that its account has now. */
  getSignIn(sessionId: string): Promise<(SignIn & Pick<Account, 'role'>) | null>;
  endSignIn(sessionId: string): Promise<void>;
}
