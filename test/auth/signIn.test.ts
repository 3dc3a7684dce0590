/** Signing in with a password: the first account, the cookie, the end of it, and guessing. */
import { expect, test } from 'vitest';
import { reasons } from '../../src/errors.js';
import { type Client, client, names, refusal, until } from '../support/clients.js';
import { times } from '../support/many.js';
import { post, request } from '../support/rest.js';
import { sharedServer, startServer } from '../support/server.js';
import { cookieOf, PASSWORD, setupToken, signedIn, signIn } from '../support/signIn.js';
import { tokenFor, tokenMode } from '../support/tokens.js';

const server = sharedServer({ env: { ...tokenMode, TRUSTED_PROXIES: '1' } });

/** An account of its own for a test, made by a supervisor. */
async function account(role = 'admin') {
  const { url } = server();
  const [adminId] = names('ana');
  const authorization = `Bearer ${await tokenFor('sonja', 'supervisor')}`;
  const made = await post(
    url,
    '/api/v1/accounts',
    { adminId, password: PASSWORD, role },
    { authorization },
  );
  expect(made.status).toBe(201);
  expect(made.data).toEqual({ adminId, role });
  return adminId;
}

/** Fulfils when a connection was told that its session is over, and closed for good. */
async function ended(one: Client<'admin'>): Promise<void> {
  const [code, message] = reasons.bad_token;
  expect(await one.next('error')).toEqual({ code, message, event: null });
  await until(() => !one.socket.connected, 'the disconnection');
  expect(one.socket.active).toBe(false);
}

const session = (url: string, cookie?: string) =>
  request(new URL('/api/v1/session', url), cookie ? { headers: { cookie } } : {});

test('the link of the first start makes one supervisor, once', async () => {
  const first = await startServer({ env: { ...tokenMode } });
  const { url } = first;
  const link = await setupToken(first);
  const credentials = { adminId: 'ana', password: PASSWORD };
  const wrong = await post(url, '/api/v1/setup', { ...credentials, setupToken: `${link}x` });
  expect([wrong.status, wrong.error?.message]).toEqual([403, reasons.setup_done[1]]);
  expect((await session(url)).data).toMatchObject({ setUp: false });
  const check = async (token: string) =>
    (await post(url, '/api/v1/setup/check', { setupToken: token })).status;
  expect([await check(link), await check(`${link}x`)]).toEqual([204, 403]);
  const weak = await post(url, '/api/v1/setup', {
    adminId: 'ana',
    password: 'short',
    setupToken: link,
  });
  expect([weak.status, weak.error?.code]).toEqual([400, 'invalid_payload']);

  // Ten at once with the right one: one of them has it.
  const tries = await times(10, (n) =>
    post(url, '/api/v1/setup', { adminId: `ana-${n}`, password: PASSWORD, setupToken: link }),
  );
  expect(tries.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(403)]);
  const won = tries.find(({ status }) => status === 201) as (typeof tries)[number];
  expect(await check(link)).toBe(403);
  expect(won.data).toMatchObject({ role: 'supervisor', setUp: true, authMode: 'token' });
  const { adminId } = won.data as { adminId: string };
  const ana = await signedIn(url, adminId, cookieOf(won));
  await ana.do('get_chats', { scope: 'all' });

  // With an account there, the next start offers nothing.
  first.kill('SIGTERM');
  expect(await first.exited).toBe(0);
  const second = await startServer({ dataDir: first.dataDir, env: { ...tokenMode } });
  expect(second.stderr()).not.toContain('#setup=');
  expect(
    (await post(second.url, '/api/v1/setup', { ...credentials, setupToken: link })).status,
  ).toBe(403);
  // The sign-in has outlived the restart.
  await signedIn(second.url, adminId, cookieOf(won));
});

test('signing in gives a cookie that no script and no other site can use', async () => {
  const { url } = server();
  const adminId = await account();
  const entered = await signIn(url, adminId);
  expect([entered.status, entered.data]).toEqual([
    201,
    { authMode: 'token', singleSignOn: false, setUp: true, adminId, role: 'admin' },
  ]);
  const [cookie = ''] = entered.headers.getSetCookie();
  for (const part of ['__Host-', '; Path=/', '; HttpOnly', '; Secure', '; SameSite=Strict']) {
    expect(cookie).toContain(part);
  }
  expect(cookie).not.toContain('Domain');
  expect(entered.headers.get('cache-control')).toBe('no-store');

  expect((await session(url, cookieOf(entered))).data).toEqual(entered.data);
  expect((await session(url)).data).toMatchObject({ authMode: 'token', adminId: null, role: null });
  const ana = await signedIn(url, adminId, cookieOf(entered));
  await ana.do('get_overview');
  const overview = new URL('/api/v1/admin/overview', url);
  expect((await request(overview, { headers: { cookie: cookieOf(entered) } })).status).toBe(200);
});

test('[P6] a cookie is an admin of its own name alone, and no user', async () => {
  const { url } = server();
  const [anaId, bertaId] = [await account(), await account()];
  const cookie = cookieOf(await signIn(url, anaId));
  const options = { extraHeaders: { cookie } };
  const refusals = await Promise.all([
    refusal(client(url, 'admin', bertaId, options)),
    refusal(client(url, 'user', anaId, options)),
    refusal(client(url, 'admin', anaId, { extraHeaders: { cookie: `${cookie}x` } })),
  ]);
  expect(refusals.map(({ data }) => data?.code)).toEqual(Array(3).fill('unauthorized'));
  const chats = new URL('/api/v1/user/chats', url);
  expect((await request(chats, { headers: { cookie } })).status).toBe(401);
});

test('[P6] signing out ends the live connections of that sign-in, and no others', async () => {
  const { url } = server();
  const adminId = await account();
  const [here, there] = [
    cookieOf(await signIn(url, adminId)),
    cookieOf(await signIn(url, adminId)),
  ];
  const [one, two, elsewhere] = await Promise.all([
    signedIn(url, adminId, here),
    signedIn(url, adminId, here),
    signedIn(url, adminId, there),
  ]);
  const out = await post(url, '/api/v1/sign-out', {}, { cookie: here });
  expect(out.status).toBe(204);
  expect(out.headers.getSetCookie()[0]).toMatch(/^__Host-chat_session=;.*Expires=Thu, 01 Jan 1970/);
  await Promise.all([ended(one), ended(two)]);
  const back = client(url, 'admin', adminId, { extraHeaders: { cookie: here } });
  expect((await refusal(back)).data).toMatchObject({ code: 'unauthorized' });
  await elsewhere.do('get_overview');
});

test('[P6] a changed account signs out whoever used the old one', async () => {
  const { url } = server();
  const [adminId] = [await account('supervisor'), await account('supervisor')];
  const cookie = cookieOf(await signIn(url, adminId));
  const ana = await signedIn(url, adminId, cookie);
  const authorization = `Bearer ${await tokenFor('sonja', 'supervisor')}`;
  const changed = { adminId, password: 'another password', role: 'admin' };
  await post(url, '/api/v1/accounts', changed, { authorization });
  await ended(ana);
  expect((await session(url, cookie)).data).toMatchObject({ adminId: null });
  expect((await signIn(url, adminId)).status).toBe(401);
  expect((await signIn(url, adminId, 'another password')).data).toMatchObject({ role: 'admin' });
});

test('[P6] accounts are made by supervisors alone', async () => {
  const { url } = server();
  const [adminId] = names('intruder');
  const wanted = { adminId, password: PASSWORD, role: 'supervisor' };
  for (const [role, status] of [
    ['user', 403],
    ['admin', 403],
  ] as const) {
    const authorization = `Bearer ${await tokenFor('mallory', role)}`;
    expect((await post(url, '/api/v1/accounts', wanted, { authorization })).status).toBe(status);
  }
  expect((await post(url, '/api/v1/accounts', wanted)).status).toBe(401);
  expect((await signIn(url, adminId)).status).toBe(401);
});

test('an unknown name and a wrong password get the same answer, to the byte', async () => {
  const { url } = server();
  const adminId = await account();
  const [wrong, unknown] = [
    await signIn(url, adminId, 'wrong password'),
    await signIn(url, `${adminId}x`),
  ];
  expect(wrong.status).toBe(401);
  expect([unknown.status, unknown.text]).toEqual([wrong.status, wrong.text]);
  for (const body of [
    {},
    { adminId },
    { adminId, password: { $ne: '' } },
    { adminId: ['a'], password: 'b' },
  ]) {
    expect((await post(url, '/api/v1/sign-in', body)).error?.code).toBe('invalid_payload');
  }
});

test('[P6] guessing a password is slowed, for that account and address alone', async () => {
  const { url } = server();
  const [anaId, bertaId] = [await account(), await account()];
  // Behind the proxy that the settings name: the guesser's address is not everybody's.
  const there = { 'x-forwarded-for': '192.0.2.1' };
  const guesses = await times(10, (n) => signIn(url, anaId, `guess number ${n}`, there));
  expect(guesses.map(({ status }) => status)).toEqual(Array(10).fill(401));
  // From now on not even the right one is tried.
  const [, message] = reasons.too_many_tries;
  const right = await signIn(url, anaId, PASSWORD, there);
  expect(right.status).toBe(429);
  expect(right.error).toMatchObject({ code: 'rate_limited', message });
  expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(600);
  // Whose account it is can still come in, from where they are.
  expect((await signIn(url, anaId)).status).toBe(201);
  expect((await signIn(url, bertaId, PASSWORD, there)).status).toBe(201);
  // Signing in starts the count anew: who mistypes now and then is never shut out.
  for (let day = 0; day < 3; day++) {
    await times(5, () => signIn(url, bertaId, 'mistyped it'));
    expect((await signIn(url, bertaId)).status).toBe(201);
  }
});

test('[P6] guesses from many addresses lock nobody out of where they have signed in before', async () => {
  const { url } = server();
  const adminId = await account();
  const at = (last: number) => ({ 'x-forwarded-for': `198.51.100.${last}` });
  expect((await signIn(url, adminId, PASSWORD, at(1))).status).toBe(201);
  for (const last of [2, 3, 4, 5, 6, 7]) {
    await times(10, (n) => signIn(url, adminId, `guess number ${n}`, at(last)));
  }
  // Wherever else one comes from, the account is closed for a while; there it is not.
  expect((await signIn(url, adminId, PASSWORD, at(8))).status).toBe(429);
  expect((await signIn(url, adminId, PASSWORD, at(1))).status).toBe(201);
});

test('an office behind one address may sign in as often as it likes', async () => {
  const { url } = server();
  const adminId = await account();
  const office = { 'x-forwarded-for': '198.51.100.99' };
  const statuses: number[] = [];
  for (let ten = 0; ten < 6; ten++) {
    const some = await times(10, () => signIn(url, adminId, PASSWORD, office));
    statuses.push(...some.map(({ status }) => status));
  }
  expect(statuses).toEqual(Array(60).fill(201));
});
