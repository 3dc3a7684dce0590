/**
 * Accounts, and signing in to them. A sign-in is a random secret in an `HttpOnly` cookie; only its hash is
 * stored, so it can be ended, and neither a page's script nor a copy of the database can use it.
 * Passwords are hashed with Argon2id: 19 MiB and two passes, as OWASP recommends.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Actor } from '../auth/policy.js';
import type { Session } from '../auth/tokens.js';
import type { OidcConfig } from '../config.js';
import { ChatError } from '../errors.js';
import type { Limits } from '../limits/Limits.js';
import type { Account, AccountStore } from '../store/AccountStore.js';
import type { NewAccount } from '../validations/account.validation.js';
import type { AccountKeeper, Keeper } from './AccountKeeper.js';
import type { AuditLog } from './AuditLog.js';
import { OPERATOR } from './RemoteServer.js';

/** How long a sign-in lasts, in milliseconds. */
export const SIGN_IN_LASTS = 12 * 3_600_000;

export class SignInService implements AccountKeeper {
  /** Spends the time of a check where there is no account, so that time does not tell names. */
  private nobody: Promise<string> | undefined;

  /** Opens the door once, for the first account; held in memory, so a restart makes a new one. */
  private setupToken: string | undefined;

  constructor(
    private readonly accounts: AccountStore,
    private readonly limits: Limits,
    private readonly audit: AuditLog,
    private readonly singleSignOn: Pick<OidcConfig, 'supervisors'> | undefined,
    /** Called when sign-ins have ended: their live connections have to go. */
    private readonly onEnd: (ended: (session: Session) => boolean) => void = () => {},
  ) {}

  /** @returns the token of the first start, or undefined when there are accounts already. */
  async offerSetup(): Promise<string | undefined> {
    if (await this.accounts.hasAccounts()) return undefined;
    this.setupToken = randomBytes(24).toString('base64url');
    return this.setupToken;
  }

  /** Whether anybody has an account. */
  isSetUp(): Promise<boolean> {
    return this.accounts.hasAccounts();
  }

  /** @throws ChatError `setup_done` for a wrong or used token. */
  async checkSetup(setupToken: string): Promise<void> {
    const offered = this.setupToken;
    if (!offered || !equal(offered, setupToken) || (await this.accounts.hasAccounts())) {
      throw new ChatError('setup_done');
    }
  }

  /** @throws ChatError `setup_done` for a wrong or used token. */
  async setUp(
    setupToken: string,
    account: Omit<NewAccount, 'role'>,
    address: string,
  ): Promise<void> {
    const offered = this.setupToken;
    if (!offered || !equal(offered, setupToken)) throw new ChatError('setup_done');
    this.setupToken = undefined;
    // Another node may have offered one too, and somebody may have used that.
    try {
      if (await this.accounts.hasAccounts()) throw new ChatError('setup_done');
      const by = { id: account.adminId, role: 'supervisor' } as const;
      await this.putAccount({ ...account, role: by.role }, { by, address });
    } catch (error) {
      // The data could not be reached: the link opens the door once, not tries to.
      if (!(error instanceof ChatError)) this.setupToken = offered;
      throw error;
    }
  }

  async putAccount(
    { adminId, role: wanted, password }: NewAccount,
    keeper: Keeper,
  ): Promise<Account['role']> {
    const role = await this.roleFor(adminId, wanted, keeper.by);
    await this.record('put_account', adminId, keeper);
    await this.accounts.putAccount({ adminId, role, passwordHash: await hash(password) });
    this.setupToken = undefined;
    this.endedOf(adminId);
    return role;
  }

  getAccounts(): Promise<Pick<Account, 'adminId' | 'role'>[]> {
    return this.accounts.getAccounts();
  }

  async removeAccount(adminId: string, keeper: Keeper): Promise<void> {
    await this.keepSupervised(adminId);
    if (!(await this.accounts.removeAccount(adminId))) throw new ChatError('no_account');
    await this.record('remove_account', adminId, keeper);
    this.endedOf(adminId);
  }

  async signOutAdmin(adminId: string, keeper: Keeper): Promise<number> {
    await this.record('sign_out_admin', adminId, keeper);
    const ended = await this.accounts.endSignInsOf(adminId);
    this.endedOf(adminId);
    return ended;
  }

  /**
   * Changes one's own password, which ends all of one's sign-ins but the one that asks.
   * @throws ChatError `wrong_password`; `too_many_tries`.
   */
  async changePassword(
    { actor: { id: adminId }, sessionId: kept }: Session,
    password: string,
    newPassword: string,
    address: string,
  ): Promise<void> {
    const { role } = await this.check(adminId, password, address);
    await this.record('change_password', adminId, { by: { id: adminId, role }, address });
    const passwordHash = await hash(newPassword);
    await this.accounts.putAccount({ adminId, role, passwordHash }, kept);
    this.endedOf(adminId, kept);
  }

  /**
   * @returns the secret for the cookie
   * @throws ChatError `wrong_password`, for an unknown account as well; `too_many_tries`.
   */
  async signIn(adminId: string, password: string, address: string): Promise<string> {
    await this.check(adminId, password, address);
    return this.enter(adminId, null, address);
  }

  /**
   * Signs in whom somebody else has proven.
   * @param role what the identity provider says; null: the role of the account
   * @returns the secret for the cookie
   */
  async enter(adminId: string, role: Account['role'] | null, address: string): Promise<string> {
    await this.audit.record({ by: { id: adminId, role: 'admin' }, action: 'sign_in', address });
    const secret = randomBytes(32).toString('base64url');
    const expiresAt = Date.now() + SIGN_IN_LASTS;
    await this.accounts.addSignIn({ sessionId: idOf(secret), adminId, role, expiresAt });
    return secret;
  }

  /** @throws ChatError `bad_token` when it has ended or never was. */
  async sessionOf(secret: string): Promise<Session> {
    const found = await this.accounts.getSignIn(idOf(secret));
    if (!found) throw new ChatError('bad_token');
    const { adminId, role, expiresAt, sessionId } = found;
    const issuedAt = expiresAt - SIGN_IN_LASTS;
    return { actor: { id: adminId, role }, expiresAt, sessionId, issuedAt };
  }

  async signOut(secret: string): Promise<void> {
    const ended = idOf(secret);
    await this.accounts.endSignIn(ended);
    this.onEnd(({ sessionId }) => sessionId === ended);
  }

  /**
   * Ends the connections of sign-ins that were ended elsewhere: by another node, or by a command that
   * wrote into the database.
   * @param live the sign-ins that have connections here
   */
  async endForeign(live: string[]): Promise<void> {
    if (live.length === 0) return;
    const inForce = new Set(await this.accounts.inForce(live));
    const gone = new Set(live.filter((sessionId) => !inForce.has(sessionId)));
    if (gone.size === 0) return;
    this.onEnd(({ sessionId }) => sessionId !== undefined && gone.has(sessionId));
  }

  private async check(adminId: string, password: string, address: string): Promise<Account> {
    const tries = `${address} ${adminId}`;
    await this.limits.spend('triesOfAddress', address);
    await this.limits.spend('triesOfAccountFromAddress', tries);
    // Nobody can lock an admin out of where they have signed in before.
    const isKnown = await this.limits.hasSpent('signInsFromAddress', tries);
    if (!isKnown) await this.limits.spend('triesOfAccount', adminId);
    this.nobody ??= hash(randomBytes(16));
    const nobody = await this.nobody;
    const account = await this.accounts.getAccount(adminId);
    const { verify } = await argon2();
    const fits = await verify(account?.passwordHash ?? nobody, password);
    if (!account || !fits) {
      const to = { id: adminId, role: 'admin' } as const;
      await this.audit.record({ action: 'sign_in_failed', to, address });
      throw new ChatError('wrong_password');
    }
    await this.limits.spend('signInsFromAddress', tries);
    await this.limits.giveBack('triesOfAddress', address);
    await this.limits.forgive('triesOfAccountFromAddress', tries);
    await this.limits.forgive('triesOfAccount', adminId);
    return account;
  }

  /** @throws ChatError when nobody who can sign in could keep accounts any more, or yet. */
  private async roleFor(adminId: string, wanted: Account['role'] | undefined, by: Actor) {
    const before = (await this.accounts.getAccount(adminId))?.role;
    // Whoever asks with a token of their own is a supervisor without an account.
    const supervised = by.id !== OPERATOR.id || (await this.isSupervisedWithout(adminId));
    const role = wanted ?? before ?? (supervised ? 'admin' : 'supervisor');
    if (role === 'supervisor') return role;
    await this.keepSupervised(adminId);
    if (!supervised) throw new ChatError('no_supervisor');
    return role;
  }

  /** @throws ChatError `last_supervisor` when the account is what keeps the desk supervised. */
  private async keepSupervised(adminId: string): Promise<void> {
    const account = await this.accounts.getAccount(adminId);
    if (account?.role !== 'supervisor' || (await this.isSupervisedWithout(adminId))) return;
    throw new ChatError('last_supervisor');
  }

  private async isSupervisedWithout(adminId: string): Promise<boolean> {
    if (this.singleSignOn && this.singleSignOn.supervisors.length > 0) return true;
    const accounts = await this.accounts.getAccounts();
    return accounts.some((one) => one.role === 'supervisor' && one.adminId !== adminId);
  }

  private record(action: string, adminId: string, keeper: Keeper): Promise<void> {
    return this.audit.record({ action, to: { id: adminId, role: 'admin' }, ...keeper });
  }

  private endedOf(adminId: string, kept?: string): void {
    this.onEnd(
      ({ actor, sessionId }) =>
        sessionId !== undefined && sessionId !== kept && actor.id === adminId,
    );
  }
}

/** Native code, loaded where there are passwords. */
const argon2 = () => import('@node-rs/argon2');

const hash = async (password: string | Buffer) => (await argon2()).hash(password);

/** Compares in a time that does not tell how much was right. */
function equal(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(idOf(one)), Buffer.from(idOf(other)));
}

function idOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
