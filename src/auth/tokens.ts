/** Tokens: JSON Web Tokens (RFC 7519) with HS256 alone; `sub`, `role` and `exp` are required. */
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { ChatError } from '../errors.js';
import { participantId } from '../validations/chat.validation.js';
import type { Role } from '../validations/events.js';
import type { Actor } from './policy.js';

export const roles = ['user', 'admin', 'supervisor'] as const satisfies readonly Role[];

const claims = z.object({ sub: participantId, role: z.enum(roles), exp: z.number() });

/** An identity that has been proven, and until when. */
export interface Session {
  actor: Actor;
  /** Milliseconds since 1970; Infinity for a claim that was believed in open mode. */
  expiresAt: number;
  /** The sign-in that it comes from, if it is one; it can be ended before its time. */
  sessionId?: string;
}

export class Tokens {
  private readonly key: Uint8Array;

  /** @param secret at least 32 characters, RFC 7518, section 3.2 */
  constructor(secret: string) {
    this.key = new TextEncoder().encode(secret);
  }

  async sign({ id, role }: Actor, days: number): Promise<{ token: string; expiresAt: Date }> {
    const expiresAt = new Date(Math.floor(Date.now() / 1000) * 1000 + days * 86_400_000);
    const token = await new SignJWT({ role })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(id)
      .setIssuedAt()
      .setExpirationTime(expiresAt)
      .sign(this.key);
    return { token, expiresAt };
  }

  /** @throws ChatError `bad_token`, whatever is wrong with it: the reason would help only an attacker. */
  async verify(token: string): Promise<Session> {
    const verified = await jwtVerify(token, this.key, {
      algorithms: ['HS256'],
      requiredClaims: ['sub', 'exp'],
    }).catch(() => {
      throw new ChatError('bad_token');
    });
    const parsed = claims.safeParse(verified.payload);
    if (!parsed.success) throw new ChatError('bad_token');
    const { sub, role, exp } = parsed.data;
    return { actor: { id: sub, role }, expiresAt: exp * 1000 };
  }
}
