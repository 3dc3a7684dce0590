/** Coming in and going out: by name, by password, by the link of the first start, and for ever. */
import type { Page } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import { type Person, person } from '../support/browser.js';
import { cli } from '../support/cli.js';
import { desk, partsOf } from '../support/console.js';
import { startProvider } from '../support/oidc.js';
import {
  freePort,
  type RunningServer,
  startServer,
  temporaryDirectory,
} from '../support/server.js';
import { PASSWORD, setupToken } from '../support/signIn.js';

vi.setConfig({ testTimeout: 120_000 });

const TOKEN_MODE = { AUTH_MODE: 'token' };
const atDesk = (page: Page) => page.getByRole('navigation', { name: 'Console' }).waitFor();

async function enter({ page }: Person, adminId: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('Name').fill(adminId);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** A server in token mode on which Ana has an account. */
async function serverWithAna(role = 'admin'): Promise<RunningServer> {
  const dataDir = temporaryDirectory();
  const add = (id: string, as: string) =>
    cli(['admin', 'add', '--id', id, '--role', as], { dataDir, input: `${PASSWORD}\n` });
  if (role === 'admin') await add('sofia', 'supervisor');
  await add('ana', role);
  return startServer({ env: TOKEN_MODE, dataDir });
}

/** Browsers log each answer that says no as an error, and each connection that is given up early. */
const EXPECTED = /responded with a status of 40[13]|closed before the connection is established/;
const unexpected = ({ faults }: Person) => faults.filter((fault) => !EXPECTED.test(fault));

test('the link of the first start makes the first account, and works once', async () => {
  const server = await startServer({ env: TOKEN_MODE });
  const link = `${server.url}/console#setup=${await setupToken(server)}`;
  const sofia = await person();
  const { page } = sofia;
  await page.goto(link);
  await page.getByRole('heading', { name: 'Welcome' }).waitFor();
  // The secret leaves the address, and with it the history and the next screenshot.
  expect(page.url()).toBe(`${server.url}/console`);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByText('Enter a name.').waitFor();
  await page.getByText('Use at least 10 characters.').waitFor();
  await page.getByLabel('Name').fill('sofia');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await atDesk(page);
  await page.getByRole('link', { name: 'All chats' }).waitFor();

  const mallory = await person();
  await mallory.page.goto(link);
  await mallory.page.getByRole('status').filter({ hasText: 'has been used' }).waitFor();
  await mallory.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect([...unexpected(sofia), ...unexpected(mallory)]).toEqual([]);
});

test('before the first account the page says so, and takes the link that is pasted', async () => {
  const server = await startServer({ env: TOKEN_MODE });
  const sofia = await person();
  const { page } = sofia;
  await page.goto(`${server.url}/console#setup=not-the-one`);
  await page.getByText('has expired. No account yet: open the link').waitFor();
  // Only the hash changes: nothing is loaded.
  await page.goto(`${server.url}/console#setup=${await setupToken(server)}`);
  await page.getByRole('heading', { name: 'Welcome' }).waitFor();
  await page.getByText('Letters, digits and').waitFor();
  expect(page.url()).toBe(`${server.url}/console`);
  expect(unexpected(sofia)).toEqual([]);
});

test('that no sign-in is kept without HTTPS is said before the form', async () => {
  const server = await startServer({ env: TOKEN_MODE });
  const { page } = await person();
  const there = 'http://chat.example';
  await page.route(`${there}/**`, async (route) => {
    const request = route.request();
    const url = request.url().replace(there, server.url);
    const headers = { ...(await request.allHeaders()), origin: server.url };
    await route.fulfill({ response: await route.fetch({ url, headers }) });
  });
  await page.goto(`${there}/console#setup=${await setupToken(server)}`);
  await page.getByRole('heading', { name: 'Welcome' }).waitFor();
  await page.getByRole('alert').filter({ hasText: 'without HTTPS' }).waitFor();
  await page.unrouteAll({ behavior: 'wait' });
});

test('in open mode there is no team, and nothing leads to it', async () => {
  const { url } = await startServer();
  const { context, page, faults } = await desk(url, 'sofia', { role: 'supervisor' });
  const takeNext = page.getByRole('region', { name: 'Chat', exact: true }).getByRole('button');
  await expect.poll(() => takeNext.isDisabled()).toBe(true);
  const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme');
  const before = await scheme();
  // All at one time: keys that a busy machine presses far apart are no pair.
  const keyboard = await context.newCDPSession(page);
  const timestamp = Date.now() / 1000;
  for (const key of 'gtgo') {
    for (const type of ['keyDown', 'keyUp'] as const) {
      await keyboard.send('Input.dispatchKeyEvent', { type, key, timestamp });
    }
  }
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  expect(await scheme()).toBe(before);
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Find a chat or a command').fill('Team');
  await page.getByText('Nothing of that name').waitFor();
  await page.goto(`${url}/console/team`);
  await page.getByText('Accounts exist in token mode').waitFor();
  expect(faults).toEqual([]);
});

test('in with a password, out with a click; a wrong one is told and nothing more', async () => {
  const { url } = await serverWithAna();
  const ana = await person();
  const { page } = ana;
  await page.goto(`${url}/console/overview`);
  await enter(ana, 'ana', 'not my password');
  await page.getByRole('alert').getByText('The name or the password is wrong.').waitFor();
  await enter(ana, 'ana');
  await atDesk(page);
  // Where one wanted to go is where one is.
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.reload();
  await atDesk(page);

  const tab = await ana.context.newPage();
  await tab.goto(`${url}/console`);
  await atDesk(tab);
  await page.getByRole('button', { name: /^You: ana/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  // The other tab is out as well, and says so.
  await tab.getByText('Your sign-in has ended.').waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(unexpected(ana)).toEqual([]);
});

test('a sign-in that the operator ends is over at once; what was written is kept', async () => {
  const { url, dataDir } = await serverWithAna();
  const ana = await person();
  await ana.page.goto(`${url}/console`);
  await enter(ana, 'ana');
  await atDesk(ana.page);
  await cli(['admin', 'sign-out', '--id', 'ana'], { dataDir });
  await ana.page.getByText('What you have written is kept').waitFor();
  await enter(ana, 'ana');
  await atDesk(ana.page);
  expect(unexpected(ana)).toEqual([]);
});

test('a supervisor adds somebody, who changes the password, and takes them away again', async () => {
  const { url } = await serverWithAna('supervisor');
  const ana = await person();
  const { page } = ana;
  await page.goto(`${url}/console/team`);
  await enter(ana, 'ana');
  await page.getByRole('button', { name: 'Add somebody' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('berta');
  await dialog.getByLabel('Password', { exact: true }).fill('a first password');
  await dialog.getByRole('button', { name: 'Add' }).click();
  await page.getByRole('row', { name: /berta/ }).getByText('Admin').waitFor();

  const berta = await person();
  await berta.page.goto(`${url}/console`);
  await enter(berta, 'berta', 'a first password');
  await atDesk(berta.page);
  expect(await berta.page.getByRole('link', { name: 'Team' }).count()).toBe(0);
  await berta.page.getByRole('button', { name: /^You: berta/ }).click();
  await berta.page.getByRole('button', { name: 'Change password' }).click();
  await berta.page.getByLabel('Password until now', { exact: true }).fill('a first password');
  await berta.page.getByLabel('New password', { exact: true }).fill('a password of her own');
  await berta.page.locator('form').getByRole('button', { name: 'Change password' }).click();
  await berta.page.getByText('Your password is changed').waitFor();
  await atDesk(berta.page);
  await expect.poll(() => berta.page.getByText('The connection is lost.').count()).toBe(0);
  await partsOf(berta.page).page.getByText('Nobody is waiting').waitFor();

  await page.getByRole('button', { name: 'Actions for berta' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('row', { name: /berta/ }).waitFor({ state: 'detached' });
  await berta.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect([...unexpected(ana), ...unexpected(berta)]).toEqual([]);
});

test('in by single sign-on, through the pages of a real provider', async () => {
  const port = await freePort();
  const people = { sofia: { email: 'sofia@example.com', email_verified: true, groups: ['leads'] } };
  const callback = `http://localhost:${port}/api/v1/oidc/callback`;
  const { env } = await startProvider(callback, people);
  const { url } = await startServer({
    env: { ...env, OIDC_SUPERVISORS: 'leads', PORT: String(port) },
  });
  const sofia = await person();
  const { page } = sofia;
  const signOn = async (name: string) => {
    await page.goto(`${url}/console`);
    await page.getByRole('link', { name: 'Continue with single sign-on' }).click();
    await page.locator('[name="login"]').fill(name);
    await page.locator('[name="password"]').fill('x');
    await page.locator('[type="submit"]').click();
    await page.locator('[name="prompt"][value="consent"]').waitFor({ state: 'attached' });
    await page.locator('[type="submit"]').click();
  };
  await signOn('sofia');
  await atDesk(page);
  await page.getByRole('button', { name: /^You: sofia@example\.com/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();

  await sofia.context.clearCookies();
  await signOn('somebody');
  await page.getByRole('alert').filter({ hasText: 'Single sign-on did not succeed' }).waitFor();
  expect(page.url()).toBe(`${url}/console`);
  // The provider's own pages ask for an icon and for fonts from elsewhere.
  const ofOurs = unexpected(sofia).filter((text) => !text.startsWith('Failed to load resource'));
  expect(ofOurs).toEqual([]);
});

test('in open mode a name is enough, asked once, and can be changed', async () => {
  const { url } = await startServer();
  const ana = await person();
  const { page } = ana;
  await page.goto(`${url}/console`);
  await page.getByLabel('Name').fill('no such name');
  await page.getByRole('button', { name: 'Open the console' }).click();
  await page.getByText('only, no spaces').waitFor();
  await page.getByLabel('Name').fill('ana');
  await page.getByRole('button', { name: 'Open the console' }).click();
  await atDesk(page);
  expect(await page.getByRole('link', { name: 'All chats' }).count()).toBe(0);
  await page.reload();
  await atDesk(page);
  await page.getByRole('button', { name: /^You: ana/ }).click();
  await page.getByRole('button', { name: 'Change name or role' }).click();
  await page.getByLabel('Name').fill('anna');
  await page.getByLabel('I am a supervisor').check();
  await page.getByRole('button', { name: 'Open the console' }).click();
  await page.getByRole('link', { name: 'All chats' }).waitFor();
  await page.getByRole('button', { name: /^You: anna/ }).waitFor();
  expect(ana.faults).toEqual([]);
});
