/** Single sign-on with a real provider: who comes in, as what, and what an attacker would try. */
import { expect, test } from 'vitest';
import { HttpClient } from '../support/http.js';
import { startProvider } from '../support/oidc.js';
import { freePort, runToEnd, startServer } from '../support/server.js';

const people = {
  ana: { email: 'ana@example.com', email_verified: true, groups: ['support', 'lunch'] },
  sofia: { email: 'sofia@example.com', email_verified: true, groups: ['leads', 'support'] },
  gast: { email: 'gast@example.com', email_verified: true, groups: ['lunch'] },
  eve: { email: 'ana@example.com', email_verified: false, groups: ['leads'] },
  mallory: { email: 'ana@example.com', email_verified: 'false', groups: ['leads'] },
  nobody: { groups: ['leads'] },
};

const ROLES = { OIDC_ADMINS: 'support, helpdesk', OIDC_SUPERVISORS: 'leads' };

/** A server and its provider, and a browser that comes to the server. */
async function signOn(env: Record<string, string> = ROLES) {
  const port = await freePort();
  const callback = `http://localhost:${port}/api/v1/oidc/callback`;
  const provider = await startProvider(callback, people);
  const server = await startServer({ env: { ...provider.env, ...env, PORT: String(port) } });
  const browser = new HttpClient(server.url);
  const leave = async (from = browser) =>
    (await from.fetch('GET', '/api/v1/oidc/start')).headers.get('location') ?? '';
  const comeBack = async (address: string, to = browser) =>
    (await to.fetch('GET', address)).headers.get('location');
  const session = async (of = browser) => (await of.ask('GET', '/api/v1/session')).body;
  return { ...server, provider, browser, leave, comeBack, session };
}

test.each([
  ['ana', 'admin'],
  ['sofia', 'supervisor'],
] as const)('%s comes in as %s, by the groups that the provider tells', async (name, role) => {
  const { provider, leave, comeBack, session } = await signOn();
  expect(await session()).toMatchObject({ singleSignOn: true, adminId: null });
  const back = await provider.signIn(await leave(), name);
  expect(await comeBack(back)).toBe('/console');
  expect(await session()).toMatchObject({ adminId: `${name}@example.com`, role });
});

test.each([
  ['who has no role', 'gast', 'sso_no_role'],
  ['whose address is not proven', 'eve', 'sso_failed'],
  ['whose address is not proven, in words', 'mallory', 'sso_failed'],
  ['who has no address', 'nobody', 'sso_failed'],
])('somebody %s stays outside, and is told', async (_who, name, reason) => {
  const { provider, leave, comeBack, session } = await signOn();
  const back = await provider.signIn(await leave(), name);
  expect(await comeBack(back)).toBe(`/console#refused=${reason}`);
  expect(await session()).toMatchObject({ adminId: null });
});

test('a session of single sign-on ends like any other', async () => {
  const { provider, leave, comeBack, session, browser } = await signOn();
  await comeBack(await provider.signIn(await leave(), 'ana'));
  await browser.ask('POST', '/api/v1/sign-out');
  expect(await session()).toMatchObject({ adminId: null });
});

test('the way out carries state, nonce and the challenge, and keeps the proofs in the browser', async () => {
  const { browser } = await signOn();
  const response = await browser.fetch('GET', '/api/v1/oidc/start');
  const query = new URL(response.headers.get('location') ?? '').searchParams;
  expect(query.get('code_challenge_method')).toBe('S256');
  for (const name of ['state', 'nonce', 'code_challenge']) {
    expect(query.get(name)).toMatch(/^[\w-]{43}$/);
  }
  const [cookie = ''] = response.headers.getSetCookie();
  expect(cookie).toMatch(/^__Host-chat_oidc=/);
  for (const part of ['HttpOnly', 'Secure', 'SameSite=Lax']) expect(cookie).toContain(part);
  const [, value = ''] = /=([^;]+)/.exec(cookie) ?? [];
  const { verifier } = JSON.parse(Buffer.from(value, 'base64url').toString());
  expect(String(query)).not.toContain(verifier);
});

test('what comes back to another browser, or twice, or changed, opens nothing', async () => {
  const { url, provider, leave, comeBack, session } = await signOn();
  const refused = '/console#refused=sso_failed';
  const stolen = await provider.signIn(await leave(), 'sofia');

  // The victim clicks on the attacker's way back: signed in as the attacker, without `state`.
  const stranger = new HttpClient(url);
  expect(await comeBack(stolen, stranger)).toBe(refused);
  // Also while the victim is on a way of their own.
  await leave(stranger);
  expect(await comeBack(stolen, stranger)).toBe(refused);
  expect(await session(stranger)).toMatchObject({ adminId: null });

  for (const [name, value] of [
    ['state', 'x'.repeat(43)],
    ['iss', 'http://localhost:1'],
    ['code', 'x'.repeat(43)],
  ] as const) {
    const changed = new URL(await provider.signIn(await leave(), 'ana'));
    changed.searchParams.set(name, value);
    expect(await comeBack(changed.href), name).toBe(refused);
  }
  expect(await session()).toMatchObject({ adminId: null });

  const good = await provider.signIn(await leave(), 'ana');
  expect(await comeBack(good)).toBe('/console');
  expect(await comeBack(good)).toBe(refused);
});

test('the code of one way cannot be used on another: its challenge and nonce are its own', async () => {
  const { provider, leave, comeBack, session } = await signOn();
  const one = new URL(await provider.signIn(await leave(), 'sofia'));
  const other = new URL(await provider.signIn(await leave(), 'ana'));
  other.searchParams.set('code', one.searchParams.get('code') ?? '');
  expect(await comeBack(other.href)).toBe('/console#refused=sso_failed');
  expect(await session()).toMatchObject({ adminId: null });
});

test('a provider that is away is told, and the server runs without it', async () => {
  const { provider, leave, session } = await signOn();
  provider.close();
  expect(await leave()).toBe('/console#refused=sso_unreachable');
  expect(await session()).toMatchObject({ singleSignOn: true });
});

test('without single sign-on its addresses are not there', async () => {
  const { url } = await startServer({ env: { AUTH_MODE: 'token' } });
  const browser = new HttpClient(url);
  expect((await browser.ask('GET', '/api/v1/oidc/start')).status).toBe(404);
  expect((await browser.ask('GET', '/api/v1/session')).body).toMatchObject({ singleSignOn: false });
});

test.each([
  [{ OIDC_ADMINS: '*' }, 'OIDC_CLIENT_ID is missing'],
  [{ OIDC_CLIENT_ID: 'x' }, 'nobody could sign in'],
  [{ OIDC_CLIENT_ID: 'x', OIDC_ADMINS: '*', HOST: '0.0.0.0' }, 'PUBLIC_URL is missing'],
  [{ OIDC_CLIENT_ID: 'x', OIDC_ADMINS: '*', OIDC_ISSUER: 'http://id.example' }, 'must be https'],
])('settings that could not work stop the start: %o', async (env, sentence) => {
  const { code, stderr } = await runToEnd({
    env: { OIDC_ISSUER: 'https://id.example', ...env } as Record<string, string>,
  });
  expect(code).toBe(1);
  expect(stderr).toContain(sentence);
});
