/** Tokens: JSON Web Tokens (RFC 7519) with HS256 alone; `sub`, `role` and `exp` are required. */
import { createHash } from 'node:crypto';
import { decodeProtectedHeader, type JWTVerifyResult, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { ChatError } from '../errors.js';
import { participantId } from '../validations/chat.validation.js';
import type { Role } from '../validations/events.js';
import type { Actor } from './policy.js';

export const roles = ['user', 'admin', 'supervisor'] as const satisfies readonly Role[];

const claims = z.object({
  sub: participantId,
  role: z.enum(roles),
  exp: z.number(),
  iat: z.number().optional(),
});

/** An identity that has been proven, and until when. */
export interface Session {
  actor: Actor;
  /** Milliseconds since 1970; Infinity for a claim that was believed in open mode. */
  expiresAt: number;
  /** The sign-in that it comes from, if it is one; it can be ended before its time. */
  sessionId?: string;
  /** The token that it comes from, if it is one: the hash by which that can be revoked. */
  tokenId?: string;
  /** When the proof was made, in milliseconds since 1970; 0 for a token that does not say. */
  issuedAt: number;
}

/** Names a token without being one. */
export function tokenIdOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** A secret and the name (`kid`) by which a token says that it was signed with it. */
interface Key {
  kid: string;
  secret: Uint8Array;
}

function keyOf(secret: string): Key {
  const kid = createHash('sha256').update(`kid ${secret}`).digest('base64url').slice(0, 11);
  return { kid, secret: new TextEncoder().encode(secret) };
}

export class Tokens {
  private readonly current: Key;
  private readonly keys: readonly Key[];

  /**
   * @param secret signs, at least 32 characters (RFC 7518, section 3.2)
   * @param previous no longer sign, but what they have signed is still good, so that a secret can be
   *   changed without signing everybody out
   */
  constructor(secret: string, previous: readonly string[] = []) {
    this.current = keyOf(secret);
    this.keys = [this.current, ...previous.map(keyOf)];
  }

  async sign({ id, role }: Actor, days: number): Promise<{ token: string; expiresAt: Date }> {
    const expiresAt = new Date(Math.floor(Date.now() / 1000) * 1000 + days * 86_400_000);
    const token = await new SignJWT({ role })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: this.current.kid })
      .setSubject(id)
      .setIssuedAt()
      .setExpirationTime(expiresAt)
      .sign(this.current.secret);
    return { token, expiresAt };
  }

  /** @throws ChatError `bad_token`, whatever is wrong with it: the reason would help only an attacker. */
  async verify(token: string): Promise<Session> {
    const { payload } = await this.signed(token);
    const parsed = claims.safeParse(payload);
    if (!parsed.success) throw new ChatError('bad_token');
    const { sub, role, exp, iat = 0 } = parsed.data;
    return {
      actor: { id: sub, role },
      expiresAt: exp * 1000,
      issuedAt: iat * 1000,
      tokenId: tokenIdOf(token),
    };
  }

  /** By the key that it names, or by any: sites that sign for themselves need not name one. */
  private async signed(token: string): Promise<JWTVerifyResult> {
    for (const { secret } of this.candidates(token)) {
      const verified = await jwtVerify(token, secret, {
        algorithms: ['HS256'],
        requiredClaims: ['sub', 'exp'],
      }).catch(() => undefined);
      if (verified) return verified;
    }
    throw new ChatError('bad_token');
  }

  private candidates(token: string): readonly Key[] {
    try {
      const { kid } = decodeProtectedHeader(token);
      const named = this.keys.filter((key) => key.kid === kid);
      return named.length > 0 ? named : this.keys;
    } catch {
      return [];
    }
  }
}
