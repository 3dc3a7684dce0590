/** Signing in and out of the console, and the accounts behind it. */
import { type CookieOptions, type Response, Router } from 'express';
import { z } from 'zod';
import { type Identity, SIGN_IN_COOKIE, signInSecret } from '../auth/identity.js';
import type { Config } from '../config.js';
import { ChatError } from '../errors.js';
import { authenticate, sessionOf } from '../middlewares/authenticate.js';
import { addressIn } from '../middlewares/rateLimit.js';
import { SIGN_IN_LASTS, type SignInService } from '../services/SignInService.js';
import { participantId } from '../validations/chat.validation.js';

const password = z.string().min(10, { error: 'must have at least 10 characters' }).max(200);
const credentials = z.object({ adminId: participantId, password: z.string().max(200) });
const account = z.object({
  adminId: participantId,
  password,
  role: z.enum(['admin', 'supervisor']).default('admin'),
});
const setup = z.object({ setupToken: z.string().max(100), adminId: participantId, password });

const cookieOptions: CookieOptions = {
  httpOnly: true,
  secure: true,
  sameSite: 'strict',
  path: '/',
};

export interface SignInParts {
  authMode: Config['authMode'];
  identity: Identity;
  signIns: SignInService;
}

export function createSignInRoutes({ authMode, identity, signIns }: SignInParts): Router {
  const routes = Router();

  const enter = async (response: Response, adminId: string, secret: string) => {
    const secretOfSignIn = await signIns.signIn(adminId, secret, addressIn(response));
    response.cookie(SIGN_IN_COOKIE, secretOfSignIn, { ...cookieOptions, maxAge: SIGN_IN_LASTS });
    response.status(201).json(await whoIs(secretOfSignIn));
  };
  const whoIs = async (secret: string | undefined) => {
    const session = secret ? await signIns.sessionOf(secret).catch(() => null) : null;
    return { authMode, adminId: session?.actor.id ?? null, role: session?.actor.role ?? null };
  };

  // Who the console is, and whether it has to ask.
  routes.get('/session', async (request, response) => {
    response.json(await whoIs(signInSecret(request.headers.cookie)));
  });
  routes.post('/sign-in', async (request, response) => {
    const { adminId, password: secret } = parse(credentials, request.body);
    await enter(response, adminId, secret);
  });
  routes.post('/sign-out', async (request, response) => {
    const secret = signInSecret(request.headers.cookie);
    if (secret) await signIns.signOut(secret);
    response.clearCookie(SIGN_IN_COOKIE, cookieOptions).status(204).end();
  });
  // The first account, by the link that the first start prints.
  routes.post('/setup', async (request, response) => {
    const { setupToken, adminId, password: secret } = parse(setup, request.body);
    await signIns.setUp(setupToken, { adminId, password: secret, role: 'supervisor' });
    await enter(response, adminId, secret);
  });
  routes.post('/accounts', authenticate('admin', identity), async (request, response) => {
    if (sessionOf(response).actor.role !== 'supervisor') throw new ChatError('supervisors_only');
    const wanted = parse(account, request.body);
    await signIns.putAccount(wanted);
    response.status(201).json({ adminId: wanted.adminId, role: wanted.role });
  });
  return routes;
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw ChatError.ofPayload(parsed.error.issues);
}
