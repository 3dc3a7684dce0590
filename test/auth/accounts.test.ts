/** Accounts of admins: by the operator's command, by a supervisor, and what a sign-in is worth. */
import { expect, test } from 'vitest';
import { loadTokens } from '../../src/auth/secret.js';
import { placeOf } from '../../src/commands/withData.js';
import { readConfig } from '../../src/config.js';
import { reasons } from '../../src/errors.js';
import { cli } from '../support/cli.js';
import { admin, client, refusal, until } from '../support/clients.js';
import { HttpClient } from '../support/http.js';
import { request } from '../support/rest.js';
import { startServer, temporaryDirectory } from '../support/server.js';

const TOKEN_MODE = { AUTH_MODE: 'token' };
const PASSWORD = 'correct horse battery';

const withCookie = (browser: HttpClient) => ({ extraHeaders: { cookie: browser.cookie } });

const add = (dataDir: string, adminId: string, ...args: string[]) =>
  cli(['admin', 'add', '--id', adminId, ...args], { dataDir, input: `${PASSWORD}\n` });

/** A server in token mode with an account, and a browser that has signed in to it. */
async function signedIn(adminId = 'ana', role = 'admin') {
  const dataDir = temporaryDirectory();
  if (role === 'admin') await add(dataDir, 'first');
  expect(await add(dataDir, adminId, '--role', role)).toMatchObject({
    code: 0,
    stdout: `${adminId} can sign in as ${role} (data in ${dataDir}).\n`,
  });
  const server = await startServer({ env: TOKEN_MODE, dataDir });
  const browser = new HttpClient(server.url);
  const entered = await browser.ask('POST', '/api/v1/sign-in', { adminId, password: PASSWORD });
  expect(entered).toMatchObject({ status: 201, body: { adminId, role } });
  return { ...server, browser };
}

test('an account made by the command signs in, and the sign-in opens the socket', async () => {
  const { url, browser } = await signedIn();
  const { response } = await browser.ask('GET', '/api/v1/session');
  expect(response.headers.get('cache-control')).toBe('no-store');
  const ana = await admin(url, 'ana', withCookie(browser));
  expect((await ana.ask('get_unassigned_chats')).ok).toBe(true);

  const wrong = await new HttpClient(url).ask('POST', '/api/v1/sign-in', {
    adminId: 'ana',
    password: 'correct horse batterie',
  });
  expect(wrong).toMatchObject({ status: 401, body: { error: { code: 'unauthorized' } } });
  expect(wrong.response.headers.getSetCookie()).toEqual([]);
});

test.each([
  ['signing out', (browser: HttpClient) => browser.ask('POST', '/api/v1/sign-out')],
  [
    'the command `sign-out`, while the server runs',
    async (_browser: HttpClient, dataDir: string) => {
      const done = await cli(['admin', 'sign-out', '--id', 'ana'], { dataDir });
      const stdout = `ana is signed out: 1 session (data in ${dataDir}).\n`;
      expect(done).toMatchObject({ code: 0, stdout });
    },
  ],
  [
    'the command `remove`',
    async (_browser: HttpClient, dataDir: string) => {
      const done = await cli(['admin', 'remove', '--id', 'ana'], { dataDir });
      expect(done).toMatchObject({ code: 0 });
    },
  ],
  [
    'a new password by the command',
    async (_browser: HttpClient, dataDir: string) => {
      const input = 'another good password\n';
      const done = await cli(['admin', 'add', '--id', 'ana'], { dataDir, input });
      expect(done).toMatchObject({ code: 0 });
    },
  ],
])('[S7] %s closes the connection at once, and the cookie opens nothing', async (_name, end) => {
  const { url, browser, dataDir } = await signedIn();
  const ana = await admin(url, 'ana', withCookie(browser));
  const before = withCookie(browser);
  await end(browser, dataDir);
  expect(await ana.next('error')).toMatchObject({ code: 'unauthorized', event: null });
  await until(() => !ana.socket.connected, 'the connection to be closed');
  const again = client(url, 'admin', 'ana', before);
  expect((await refusal(again)).data).toMatchObject({ code: 'unauthorized' });
});

test('a command says what is wrong, and takes no password as an argument', async () => {
  const dataDir = temporaryDirectory();
  const short = (...args: string[]) =>
    cli(['admin', 'add', ...args], { dataDir, input: 'short\n' });
  expect(await short('--id', 'ana')).toMatchObject({
    code: 1,
    stderr: 'The password must have at least 10 characters.\n',
  });
  expect(await short('--id', 'ana', '--role', 'user')).toMatchObject({
    code: 1,
    stderr: '--role must be admin or supervisor.\n',
  });
  expect((await short('--id', 'ana', '--password', PASSWORD)).code).toBe(2);
  expect((await short('--id', 'no name')).stderr).toContain('--id must be');
  expect((await cli(['admin', 'toString'], { dataDir })).code).toBe(2);
  expect(await cli(['admin', 'add', '--id', 'ana'], { dataDir })).toMatchObject({
    code: 1,
    stderr: 'The password is missing: type it, or write it to the standard input.\n',
  });
  expect(await cli(['admin', 'remove', '--id', 'ana'], { dataDir })).toMatchObject({
    code: 1,
    stderr: 'There is no account of this name.\n',
  });
  expect(await cli(['admin', 'list'], { dataDir })).toMatchObject({
    code: 0,
    stdout: `There are no accounts yet (data in ${dataDir}).\n`,
  });
});

test('the first account is a supervisor’s, and there is always one left', async () => {
  const dataDir = temporaryDirectory();
  expect(await add(dataDir, 'ana', '--role', 'admin')).toMatchObject({
    code: 1,
    stderr: `${reasons.no_supervisor[1]}\n`,
  });
  const again = { code: 0, stdout: expect.stringContaining('ana can sign in as supervisor') };
  expect(await add(dataDir, 'ana')).toMatchObject(again);
  // A new password takes no role away, with a server or without.
  expect(await add(dataDir, 'ana')).toMatchObject(again);
  const { url } = await startServer({ env: TOKEN_MODE, dataDir });
  expect(await add(dataDir, 'ana')).toMatchObject(again);
  const refused = { code: 1, stderr: `${reasons.last_supervisor[1]}\n` };
  expect(await add(dataDir, 'ana', '--role', 'admin')).toMatchObject(refused);
  expect(await cli(['admin', 'remove', '--id', 'ana'], { dataDir })).toMatchObject(refused);
  const tokens = loadTokens(readConfig({ DATA_DIR: dataDir }));
  const { token } = await tokens.sign({ id: 'machine', role: 'supervisor' }, 1);
  const headers = { authorization: `Bearer ${token}` };
  const account = new URL('/api/v1/accounts/ana', url);
  expect((await request(account, { method: 'DELETE', headers })).error?.message).toBe(
    reasons.last_supervisor[1],
  );

  expect(await add(dataDir, 'berta')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('berta can sign in as admin'),
  });
  expect(await add(dataDir, 'berta', '--role', 'supervisor')).toMatchObject({ code: 0 });
  expect(await cli(['admin', 'remove', '--id', 'ana'], { dataDir })).toMatchObject({ code: 0 });
});

test('where supervisors come by single sign-on, an account may be an admin’s alone', async () => {
  const dataDir = temporaryDirectory();
  const env = {
    OIDC_ISSUER: 'https://id.example',
    OIDC_CLIENT_ID: 'chat',
    OIDC_SUPERVISORS: 'leads',
  };
  const made = await cli(['admin', 'add', '--id', 'ana'], {
    dataDir,
    env,
    input: `${PASSWORD}\n`,
  });
  expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining('as admin') });
});

test('what is printed of a database is its host, without the password', () => {
  const databaseUrl = 'postgresql://chat:secret@db.example:5432/chat?sslmode=require';
  expect(placeOf({ ...readConfig({}), databaseUrl })).toBe(
    'data in PostgreSQL, db.example:5432/chat',
  );
});

test('a supervisor keeps accounts, an admin does not', async () => {
  const { url, browser: boss } = await signedIn('sofia', 'supervisor');
  const ana = { adminId: 'ana', password: PASSWORD, role: 'admin' };
  expect(await boss.ask('POST', '/api/v1/accounts', ana)).toMatchObject({ status: 201 });
  const browser = new HttpClient(url);
  expect(await browser.ask('POST', '/api/v1/sign-in', ana)).toMatchObject({ status: 201 });

  const attempts: [string, string, object?][] = [
    ['GET', '/api/v1/accounts'],
    ['POST', '/api/v1/accounts', { ...ana, adminId: 'mallory', role: 'supervisor' }],
    ['DELETE', '/api/v1/accounts/sofia'],
    ['POST', '/api/v1/accounts/sofia/sign-out'],
  ];
  for (const [method, path, body] of attempts) {
    const nobody = await new HttpClient(url).ask(method, path, body);
    expect(nobody, `${method} ${path}`).toMatchObject({ status: 401 });
    const refused = await browser.ask(method, path, body);
    expect(refused, `${method} ${path}`).toMatchObject({ status: 403 });
  }
  expect(await boss.ask('GET', '/api/v1/accounts')).toMatchObject({
    body: {
      accounts: [
        { adminId: 'ana', role: 'admin' },
        { adminId: 'sofia', role: 'supervisor' },
      ],
    },
  });
  expect(await boss.ask('POST', '/api/v1/accounts/ana/sign-out')).toMatchObject({
    body: { ended: 1 },
  });
  expect(await browser.ask('GET', '/api/v1/session')).toMatchObject({ body: { adminId: null } });
  expect(await boss.ask('DELETE', '/api/v1/accounts/ana')).toMatchObject({ status: 204 });
  expect(await boss.ask('DELETE', '/api/v1/accounts/ana')).toMatchObject({ status: 404 });
  for (const own of [
    await boss.ask('DELETE', '/api/v1/accounts/sofia'),
    await boss.ask('POST', '/api/v1/accounts', { ...ana, adminId: 'sofia' }),
  ]) {
    expect(own).toMatchObject({ status: 403, body: { error: { code: 'forbidden' } } });
  }
});

test('who changes their own password stays, and is signed out everywhere else', async () => {
  const { url, browser } = await signedIn();
  const elsewhere = new HttpClient(url);
  await elsewhere.ask('POST', '/api/v1/sign-in', { adminId: 'ana', password: PASSWORD });
  const change = (password: string, newPassword: string) =>
    browser.ask('POST', '/api/v1/password', { password, newPassword });
  expect(await change('a wrong password', 'another good password')).toMatchObject({ status: 401 });
  expect(await change(PASSWORD, 'short')).toMatchObject({ status: 400 });
  expect(await change(PASSWORD, 'another good password')).toMatchObject({ status: 204 });
  expect(await browser.ask('GET', '/api/v1/session')).toMatchObject({ body: { adminId: 'ana' } });
  expect(await elsewhere.ask('GET', '/api/v1/session')).toMatchObject({ body: { adminId: null } });
});

test('an account made by the command closes the door of the first start', async () => {
  const { url, stderr, dataDir } = await startServer({ env: TOKEN_MODE });
  const [, setupToken] = await until(
    () => /console#setup=(\S+)/.exec(stderr()) ?? undefined,
    'the link of the first start',
  );
  await cli(['admin', 'add', '--id', 'ana'], { dataDir, input: `${PASSWORD}\n` });
  const late = await new HttpClient(url).ask('POST', '/api/v1/setup', {
    setupToken,
    adminId: 'mallory',
    password: PASSWORD,
  });
  expect(late).toMatchObject({ status: 403 });
});
