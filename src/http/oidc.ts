/** The way to the provider of single sign-on, and back into the console. */
import { parse as parseCookie } from 'cookie';
import { type CookieOptions, type ErrorRequestHandler, Router } from 'express';
import type { OidcConfig } from '../config.js';
import { ChatError } from '../errors.js';
import type { Logger } from '../log.js';
import { addressIn } from '../middlewares/rateLimit.js';
import { type OidcAttempt, OidcService, oidcAttempt } from '../services/OidcService.js';
import type { SignInService } from '../services/SignInService.js';
import { setSignIn } from './signInCookie.js';

const ATTEMPT_COOKIE = '__Host-chat_oidc';
const ATTEMPT_LASTS = 10 * 60_000;

/** `lax`: it has to come along when the provider sends the browser back. */
const cookieOptions: CookieOptions = {
  httpOnly: true,
  secure: true,
  sameSite: 'lax',
  path: '/',
};

const CALLBACK = '/oidc/callback';

/**
 * Both are pages, not calls: what goes wrong is told by the console, where people end up.
 * @param url where browsers find this server
 */
export function createOidcRoutes(
  config: OidcConfig,
  url: string,
  { signIns, log }: { signIns: SignInService; log: Logger },
): Router {
  const oidc = new OidcService(config, `${url}/api/v1${CALLBACK}`, log);
  const routes = Router();
  routes.get('/oidc/start', async (_request, response) => {
    const { address, attempt } = await oidc.start();
    response.cookie(ATTEMPT_COOKIE, pack(attempt), { ...cookieOptions, maxAge: ATTEMPT_LASTS });
    response.redirect(303, address.href);
  });
  routes.get(CALLBACK, async (request, response) => {
    const attempt = unpack(parseCookie(request.headers.cookie ?? '')[ATTEMPT_COOKIE]);
    response.clearCookie(ATTEMPT_COOKIE, cookieOptions);
    if (!attempt) throw new ChatError('sso_failed');
    const query = new URL(request.originalUrl, 'http://localhost').search;
    const { adminId, role } = await oidc.finish(query, attempt);
    setSignIn(response, await signIns.enter(adminId, role, addressIn(response)));
    response.redirect(303, '/console');
  });
  routes.use('/oidc', ((error, _request, response, next) => {
    if (!(error instanceof ChatError)) return next(error);
    response.redirect(303, `/console#refused=${error.reason}`);
  }) satisfies ErrorRequestHandler);
  return routes;
}

const pack = (attempt: OidcAttempt) => Buffer.from(JSON.stringify(attempt)).toString('base64url');

function unpack(cookie: string | undefined): OidcAttempt | undefined {
  if (cookie === undefined) return undefined;
  try {
    return oidcAttempt.parse(JSON.parse(Buffer.from(cookie, 'base64url').toString()));
  } catch {
    return undefined;
  }
}
