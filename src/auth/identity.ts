/** Who is who: from a claim and a token to an identity. Sockets and REST both come here. */
import { parse as parseCookie } from 'cookie';
import type { Config } from '../config.js';
import { ChatError, type Reason } from '../errors.js';
import { participantId } from '../validations/chat.validation.js';
import { type NamespaceName, namespaceRoles } from '../validations/events.js';
import type { Session, Tokens } from './tokens.js';

/** The query parameter in which a namespace expects the claim. */
export const claimOf = { user: 'userId', admin: 'adminId' } as const;

const missing = {
  user: 'missing_user_id',
  admin: 'missing_admin_id',
} as const satisfies Record<NamespaceName, Reason>;

export interface Credentials {
  namespace: NamespaceName;
  /** `userId` or `adminId` as it came: anything a client can put into a query. */
  claimedId: unknown;
  /** `supervisor`, in open mode only: there everything is believed. */
  claimedRole?: unknown;
  token: unknown;
  /** The header `Cookie`; it proves an admin who has signed in at the console. */
  cookie?: string | undefined;
}

/** Finds the session of a sign-in, by the secret in its cookie. */
export interface SignIns {
  sessionOf(secret: string): Promise<Session>;
}

/** Knows which proofs have been revoked. */
export interface Revocations {
  /** @throws ChatError `bad_token` */
  check(session: Session): Promise<void>;
}

/** The prefix has browsers insist on HTTPS (or localhost), this host alone, and the whole site. */
export const SIGN_IN_COOKIE = '__Host-chat_session';

export class Identity {
  constructor(
    private readonly authMode: Config['authMode'],
    private readonly tokens: Tokens,
    private readonly signIns: SignIns,
    private readonly revocations: Revocations,
  ) {}

  /**
   * For sockets: the claim is required, as the specification has it. In open mode it is believed; a
   * token or a sign-in counts there too, and is how one becomes a supervisor.
   * @throws ChatError `unauthorized` or `forbidden`, with what is missing.
   */
  async prove(credentials: Credentials): Promise<Session> {
    const { namespace, claimedId, claimedRole } = credentials;
    const id = parseClaim(namespace, claimedId);
    const session = await this.proven(credentials);
    if (session) return belongingTo(id, session);
    if (this.authMode === 'token') throw new ChatError('missing_token');
    const supervisor = namespace === 'admin' && claimedRole === 'supervisor';
    const role = supervisor ? 'supervisor' : namespace;
    return { actor: { id, role }, expiresAt: Infinity, issuedAt: Date.now() };
  }

  /** For REST: a proof says who one is, the claim may be left out; without one, as {@link prove}. */
  async proveRequest(credentials: Credentials): Promise<Session> {
    const { claimedId } = credentials;
    const session = await this.proven(credentials);
    if (session) return claimedId === undefined ? session : belongingTo(claimedId, session);
    if (this.authMode === 'token') throw new ChatError('missing_bearer');
    return this.prove(credentials);
  }

  private async proven(credentials: Credentials): Promise<Session | undefined> {
    const session = await this.sessionOf(credentials);
    if (session) await this.revocations.check(session);
    return session;
  }

  /** In open mode a cookie proves nothing that a claim would not, and an old one must not lock out. */
  private async sessionOf({ namespace, token, cookie }: Credentials): Promise<Session | undefined> {
    if (token) return this.verify(namespace, token);
    if (namespace !== 'admin' || this.authMode === 'open') return undefined;
    const secret = signInSecret(cookie);
    return secret ? this.signIns.sessionOf(secret) : undefined;
  }

  private async verify(namespace: NamespaceName, token: unknown): Promise<Session> {
    if (typeof token !== 'string') throw new ChatError('bad_token');
    const session = await this.tokens.verify(token);
    if (!namespaceRoles[namespace].includes(session.actor.role)) throw new ChatError('token_role');
    return session;
  }
}

/** The secret of a sign-in in a header `Cookie`. */
export function signInSecret(cookie: string | undefined): string | undefined {
  return parseCookie(cookie ?? '')[SIGN_IN_COOKIE];
}

function belongingTo(claimedId: unknown, session: Session): Session {
  if (session.actor.id !== claimedId) throw new ChatError('token_of_another');
  return session;
}

function parseClaim(namespace: NamespaceName, claimedId: unknown): string {
  if (claimedId === undefined || claimedId === '') throw new ChatError(missing[namespace]);
  const parsed = participantId.safeParse(claimedId);
  if (!parsed.success) throw new ChatError('bad_id');
  return parsed.data;
}
