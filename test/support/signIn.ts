/** Admins who sign in with a password, as the console does. */
import { expect } from 'vitest';
import { SIGN_IN_COOKIE } from '../../src/auth/identity.js';
import { type Client, connect, until } from './clients.js';
import { post, type RestAnswer } from './rest.js';
import type { RunningServer } from './server.js';

export const PASSWORD = 'correct horse battery';

/** The token in the link that a first start prints. */
export function setupToken({ stderr }: RunningServer): Promise<string> {
  return until(() => /#setup=([\w-]+)\n/.exec(stderr())?.[1], 'the link for the first account');
}

export function signIn(
  url: string,
  adminId: string,
  password = PASSWORD,
  headers: Record<string, string> = {},
): Promise<RestAnswer> {
  return post(url, '/api/v1/sign-in', { adminId, password }, headers);
}

/** The header `Cookie` that a browser sends after an answer. */
export function cookieOf({ headers }: RestAnswer): string {
  const [cookie] = headers.getSetCookie();
  expect(cookie).toMatch(new RegExp(`^${SIGN_IN_COOKIE}=`));
  return cookie?.split(';')[0] ?? '';
}

/** A connected admin whose only proof is the cookie. */
export function signedIn(url: string, adminId: string, cookie: string): Promise<Client<'admin'>> {
  return connect(url, 'admin', adminId, { extraHeaders: { cookie } });
}
