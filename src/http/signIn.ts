/** Signing in and out of the console, and the accounts behind it. */
import { type Response, Router } from 'express';
import { type Identity, signInSecret } from '../auth/identity.js';
import { mayChangeAccountOf, mayKeepAccounts } from '../auth/policy.js';
import type { Config } from '../config.js';
import { ChatError } from '../errors.js';
import { authenticate, sessionOf } from '../middlewares/authenticate.js';
import { addressIn } from '../middlewares/rateLimit.js';
import type { SignInService } from '../services/SignInService.js';
import {
  changePassword,
  checkSetup,
  credentials,
  namedAccount,
  newAccount,
  setUp,
} from '../validations/account.validation.js';
import { parse } from './parse.js';
import { permit, whoAsks } from './permit.js';
import { clearSignIn, setSignIn } from './signInCookie.js';

export interface SignInParts {
  authMode: Config['authMode'];
  identity: Identity;
  signIns: SignInService;
  /** Whether admins may also come in by single sign-on. */
  singleSignOn: boolean;
}

export function createSignInRoutes(parts: SignInParts): Router {
  const routes = Router();
  routes.use(sessionRoutes(parts));
  routes.use(accountRoutes(parts));
  return routes;
}

function sessionRoutes({ authMode, signIns, singleSignOn }: SignInParts): Router {
  const routes = Router();

  const enter = async (response: Response, adminId: string, secret: string) => {
    const secretOfSignIn = await signIns.signIn(adminId, secret, addressIn(response));
    setSignIn(response, secretOfSignIn);
    response.status(201).json(await whoIs(secretOfSignIn));
  };
  const whoIs = async (secret: string | undefined) => {
    const session = secret ? await signIns.sessionOf(secret).catch(nobody) : null;
    const { id: adminId = null, role = null } = session?.actor ?? {};
    const setUp = authMode === 'open' || singleSignOn || (await signIns.isSetUp());
    return { authMode, singleSignOn, setUp, adminId, role };
  };

  // Who the console is, and whether it has to ask.
  routes.get('/session', async (request, response) => {
    response.json(await whoIs(signInSecret(request.headers.cookie)));
  });
  routes.post('/sign-in', async (request, response) => {
    const { adminId, password } = parse(credentials, request.body);
    await enter(response, adminId, password);
  });
  routes.post('/sign-out', async (request, response) => {
    const secret = signInSecret(request.headers.cookie);
    if (secret) await signIns.signOut(secret);
    clearSignIn(response);
    response.status(204).end();
  });
  routes.post('/setup/check', async (request, response) => {
    await signIns.checkSetup(parse(checkSetup, request.body).setupToken);
    response.status(204).end();
  });
  // The first account, by the link that the first start prints.
  routes.post('/setup', async (request, response) => {
    const { setupToken, adminId, password } = parse(setUp, request.body);
    await signIns.setUp(setupToken, { adminId, password }, addressIn(response));
    await enter(response, adminId, password);
  });
  return routes;
}

function accountRoutes({ identity, signIns }: SignInParts): Router {
  const routes = Router();
  routes.use(['/accounts', '/password'], authenticate('admin', identity));

  routes.get('/accounts', async (_request, response) => {
    permit(mayKeepAccounts(sessionOf(response).actor));
    response.json({ accounts: await signIns.getAccounts() });
  });
  routes.post('/accounts', async (request, response) => {
    const wanted = parse(newAccount, request.body);
    permit(mayChangeAccountOf(sessionOf(response).actor, wanted.adminId));
    const role = await signIns.putAccount(wanted, whoAsks(response));
    response.status(201).json({ adminId: wanted.adminId, role });
  });
  routes.delete('/accounts/:adminId', async (request, response) => {
    const { adminId } = parse(namedAccount, request.params);
    permit(mayChangeAccountOf(sessionOf(response).actor, adminId));
    await signIns.removeAccount(adminId, whoAsks(response));
    response.status(204).end();
  });
  routes.post('/accounts/:adminId/sign-out', async (request, response) => {
    const { adminId } = parse(namedAccount, request.params);
    permit(mayKeepAccounts(sessionOf(response).actor));
    response.json({ ended: await signIns.signOutAdmin(adminId, whoAsks(response)) });
  });
  routes.post('/password', async (request, response) => {
    const { password, newPassword } = parse(changePassword, request.body);
    const session = sessionOf(response);
    await signIns.changePassword(session, password, newPassword, addressIn(response));
    response.status(204).end();
  });
  return routes;
}

/** A cookie that proves nothing any more is nobody's; that the store fails is another matter. */
function nobody(error: unknown): null {
  if (error instanceof ChatError) return null;
  throw error;
}
