/** Who is who: from a claim and a token to an identity. Sockets and REST both come here. */
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
  token: unknown;
}

export class Identity {
  constructor(
    private readonly authMode: Config['authMode'],
    private readonly tokens: Tokens,
  ) {}

  /**
   * For sockets: the claim is required, as the specification has it. In open mode it is believed; a
   * token that is given counts there too, and is how one becomes a supervisor.
   * @throws ChatError `unauthorized` or `forbidden`, with what is missing.
   */
  async prove({ namespace, claimedId, token }: Credentials): Promise<Session> {
    const id = parseClaim(namespace, claimedId);
    if (!token && this.authMode === 'open') {
      return { actor: { id, role: namespace }, expiresAt: Infinity };
    }
    if (!token) throw new ChatError('missing_token');
    const session = await this.verify(namespace, token);
    if (session.actor.id !== id) throw new ChatError('token_of_another');
    return session;
  }

  /** For REST: a token says who one is, the claim may be left out; without one, as {@link prove}. */
  async proveRequest(credentials: Credentials): Promise<Session> {
    const { namespace, claimedId, token } = credentials;
    if (token && claimedId === undefined) return this.verify(namespace, token);
    if (!token && this.authMode === 'token') throw new ChatError('missing_bearer');
    return this.prove(credentials);
  }

  private async verify(namespace: NamespaceName, token: unknown): Promise<Session> {
    if (typeof token !== 'string') throw new ChatError('bad_token');
    const session = await this.tokens.verify(token);
    if (!namespaceRoles[namespace].includes(session.actor.role)) throw new ChatError('token_role');
    return session;
  }
}

function parseClaim(namespace: NamespaceName, claimedId: unknown): string {
  if (claimedId === undefined || claimedId === '') throw new ChatError(missing[namespace]);
  const parsed = participantId.safeParse(claimedId);
  if (!parsed.success) throw new ChatError('bad_id');
  return parsed.data;
}
