/**
 * Signing in with an OpenID Connect provider: authorization code with PKCE, `state` and `nonce`. What
 * belongs to one attempt is kept in the browser that makes it, so any node can finish it.
 */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { z } from 'zod';
import type { OidcConfig } from '../config.js';
import { ChatError } from '../errors.js';
import type { Logger } from '../log.js';
import type { Account } from '../store/AccountStore.js';
import { participantId } from '../validations/chat.validation.js';

/** Longest the provider may take to answer, in seconds. */
const ANSWER_WITHIN = 8;

/** One attempt to sign in, between leaving for the provider and coming back. */
export const oidcAttempt = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
});
export type OidcAttempt = z.infer<typeof oidcAttempt>;

export class OidcService {
  private discovered: Promise<Configuration> | undefined;

  constructor(
    private readonly config: OidcConfig,
    /** Where the provider sends people back to; it has to be registered there. */
    private readonly redirectUri: string,
    private readonly log: Logger,
  ) {}

  /** @throws ChatError `sso_unreachable` */
  async start(): Promise<{ address: URL; attempt: OidcAttempt }> {
    const provider = await this.provider();
    const attempt = {
      state: randomState(),
      nonce: randomNonce(),
      verifier: randomPKCECodeVerifier(),
    };
    const address = buildAuthorizationUrl(provider, {
      redirect_uri: this.redirectUri,
      scope: 'openid email profile',
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
    });
    return { address, attempt };
  }

  /**
   * @param query what the provider sent the browser back with, as it came
   * @throws ChatError `sso_failed`; `sso_no_role`; `sso_unreachable`
   */
  async finish(
    query: string,
    { state, nonce, verifier }: OidcAttempt,
  ): Promise<Pick<Account, 'adminId' | 'role'>> {
    const provider = await this.provider();
    const claims = await this.claims(provider, query, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
    }).catch((error: unknown) => {
      this.log.warn({ reason: reasonOf(error) }, 'a single sign-on failed');
      throw new ChatError('sso_failed');
    });
    const role = roleOf(this.config, claims);
    const adminId = participantId.safeParse(at(claims, this.config.idClaim));
    const unproven = this.config.idClaim === 'email' && !isProven(claims.email_verified);
    if (!adminId.success || unproven) {
      this.log.warn({ claim: this.config.idClaim }, 'a single sign-on gave no usable adminId');
      throw new ChatError('sso_failed');
    }
    if (!role) throw new ChatError('sso_no_role');
    return { adminId: adminId.data, role };
  }

  /** Providers put what is asked for into the ID token, into the user info, or into both. */
  private async claims(
    provider: Configuration,
    query: string,
    checks: NonNullable<Parameters<typeof authorizationCodeGrant>[2]>,
  ): Promise<Record<string, unknown>> {
    const tokens = await authorizationCodeGrant(
      provider,
      new URL(`${this.redirectUri}${query}`),
      checks,
    );
    const proven = tokens.claims();
    if (!proven) throw new Error('the provider sent no ID token');
    if (!provider.serverMetadata().userinfo_endpoint) return proven;
    const told = await fetchUserInfo(provider, tokens.access_token, proven.sub);
    return { ...told, ...proven };
  }

  /** Asked for when first needed, and again after a failure: the server starts without it. */
  private async provider(): Promise<Configuration> {
    this.discovered ??= this.discover();
    try {
      return await this.discovered;
    } catch (error) {
      this.discovered = undefined;
      this.log.warn({ reason: reasonOf(error) }, 'the provider of single sign-on does not answer');
      throw new ChatError('sso_unreachable');
    }
  }

  private async discover(): Promise<Configuration> {
    const { issuer, clientId, clientSecret } = this.config;
    const server = new URL(issuer);
    // The settings let http pass for a provider on this machine alone.
    const execute = server.protocol === 'http:' ? [allowInsecureRequests] : [];
    return discovery(server, clientId, undefined, authenticationWith(clientSecret), {
      execute,
      timeout: ANSWER_WITHIN,
    });
  }
}

/** The method that providers take unless they were told otherwise, where they know it. */
function authenticationWith(secret: string | undefined): ReturnType<typeof None> {
  if (secret === undefined) return None();
  const basic = ClientSecretBasic(secret);
  const post = ClientSecretPost(secret);
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const method = methods.includes('client_secret_basic') ? basic : post;
    return method(server, client, body, headers);
  };
}

/** Some providers leave it out, and some write it as text. */
const isProven = (verified: unknown) =>
  verified === undefined || verified === true || verified === 'true';

/** The highest role that any value of the claim gives. */
function roleOf(
  { roleClaim, admins, supervisors }: OidcConfig,
  claims: Record<string, unknown>,
): Account['role'] | undefined {
  const values = [at(claims, roleClaim)].flat().filter((value) => typeof value === 'string');
  const fits = (wanted: string[]) =>
    wanted.includes('*') || values.some((value) => wanted.includes(value));
  if (fits(supervisors)) return 'supervisor';
  return fits(admins) ? 'admin' : undefined;
}

/** The claim of a name that may itself have dots, as in `https://example.com/groups`, or a path. */
function at(claims: Record<string, unknown>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name.split('.').reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    return (value as Record<string, unknown>)[key];
  }, claims);
}

/** The kind of failure, for the log; what the provider wrote stays out of it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code, error: refused } = error as { code?: unknown; error?: unknown };
  return [error.name, code, refused].filter((part) => typeof part === 'string').join(' ');
}
