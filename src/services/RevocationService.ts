/**
 * Taking access away before a proof ends by itself: from one token, or from an identity, whose proofs
 * of before that moment count no more. It holds at once for whoever comes; live connections end here
 * at once, and on other nodes when they next look.
 */
import { createHash } from 'node:crypto';
import { type Actor, keyOf } from '../auth/policy.js';
import { type Session, type Tokens, tokenIdOf } from '../auth/tokens.js';
import { ChatError } from '../errors.js';
import type { OversightStore, Revocation } from '../store/OversightStore.js';

/** How far back a node looks for what others have revoked: more than clocks differ. Milliseconds. */
const LOOK_BACK = 60_000;

type Store = Pick<OversightStore, 'revoke' | 'isRevoked' | 'revokedSince'>;

export class RevocationService {
  constructor(
    private readonly store: Store,
    private readonly tokens: Pick<Tokens, 'verify'>,
    private readonly endSessions: (ended: (session: Session) => boolean) => void,
  ) {}

  /** @throws ChatError `bad_token`. A claim that is believed in open mode has no proof to revoke. */
  async check({ actor, issuedAt, tokenId, sessionId }: Session): Promise<void> {
    if (tokenId === undefined && sessionId === undefined) return;
    const revoked = await this.store.isRevoked(tokenId ?? null, identityOf(actor), issuedAt);
    if (revoked) throw new ChatError('bad_token');
  }

  /**
   * Ends the connections of an identity on every node. It may come back, at once where claims are
   * believed, and with a proof of before when nodes need not look for this any more: a revocation
   * for good would keep for ever that there was such a name.
   */
  async sendAway(actor: Actor): Promise<void> {
    const revokedAt = Date.now();
    const expiresAt = revokedAt + LOOK_BACK;
    await this.revoke({ subject: identityOf(actor), revokedAt, expiresAt });
  }

  async revokeIdentity(actor: Actor): Promise<void> {
    const revokedAt = Date.now();
    await this.revoke({ subject: identityOf(actor), revokedAt, expiresAt: null });
  }

  /**
   * @returns whose it was
   * @throws ChatError `not_a_token` for what would not have let anybody in.
   */
  async revokeToken(token: string): Promise<Actor> {
    const { actor, expiresAt } = await this.tokens.verify(token).catch(() => {
      throw new ChatError('not_a_token');
    });
    await this.revoke({ subject: tokenIdOf(token), revokedAt: Date.now(), expiresAt });
    return actor;
  }

  /** Ends connections whose proof was revoked elsewhere. Call it at least every second. */
  async endForeign(now = Date.now()): Promise<void> {
    const revoked = await this.store.revokedSince(now - LOOK_BACK);
    if (revoked.length > 0) this.endSessions(isOneOf(revoked));
  }

  private async revoke(revocation: Revocation): Promise<void> {
    await this.store.revoke(revocation);
    this.endSessions(isOneOf([revocation]));
  }
}

/** An identity's name is personal, so only its hash is kept. */
function identityOf(actor: Actor): string {
  return createHash('sha256')
    .update(`identity ${keyOf(actor)}`)
    .digest('base64url');
}

function isOneOf(revocations: Revocation[]): (session: Session) => boolean {
  const revokedAt = new Map(revocations.map((one) => [one.subject, one.revokedAt]));
  return ({ tokenId, actor, issuedAt }) => {
    if (tokenId !== undefined && revokedAt.has(tokenId)) return true;
    return (revokedAt.get(identityOf(actor)) ?? -1) >= issuedAt;
  };
}
