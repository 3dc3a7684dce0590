/** Visitors whom the site knows, and what becomes of one when the site says it is another. */
import { SignJWT } from 'jose';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { person } from '../support/browser.js';
import { admin, until } from '../support/clients.js';
import { freePort, startServer } from '../support/server.js';
import { startSite } from '../support/site.js';
import { command, showsTexts, widgetOn } from '../support/widget.js';

const SECRET = 'a secret of at least thirty-two characters';

const tokenOf = (subject: string, role = 'user', secret = SECRET) =>
  new SignJWT({ role })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(subject)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));

/** A site, and an admin of its chat server in token mode. */
async function start() {
  const port = await freePort();
  const site = await startSite(`http://localhost:${port}`);
  const env = {
    AUTH_MODE: 'token',
    JWT_SECRET: SECRET,
    PORT: `${port}`,
    FRONTEND_URL: new URL(site).origin,
  };
  const { url } = await startServer({ env });
  const token = await tokenOf('albert', 'admin');
  const albert = await admin(url, 'albert', { auth: { token } });
  return { site, albert };
}

test('a visitor whom the site knows is who the token says, on every machine', async () => {
  const { site, albert } = await start();
  const asked = async () => {
    const { page } = await person();
    const widget = await widgetOn(page, site);
    await command(page, 'identify', await tokenOf('customer:42'));
    await widget.open();
    return widget;
  };
  const widget = await asked();
  await widget.send('My order?');
  expect(await albert.next('new_chat_request')).toMatchObject({ userId: 'customer:42' });
  await showsTexts(await asked(), ['My order?']);

  // Whoever comes to this browser next, without the token, sees nothing of it.
  await widget.page.reload();
  await widget.input.waitFor();
  await showsTexts(widget, []);
});

test('a token that the site did not sign opens nothing', async () => {
  const { site, albert } = await start();
  const { page } = await person();
  const widget = await widgetOn(page, site);
  const forged = await tokenOf(
    'customer:42',
    'user',
    'somebody else, at least thirty-two characters',
  );
  await command(page, 'identify', forged);
  await widget.open();
  await widget.sees('Your sign-in has expired.');
  await command(page, 'identify', await tokenOf('customer:43'));
  await widget.send('Now I am');
  expect(await albert.next('new_chat_request')).toMatchObject({ userId: 'customer:43' });
});

test('an anonymous visitor is given an identity', async () => {
  const { site, albert } = await start();
  const { page } = await person();
  const widget = await widgetOn(page, site);
  await widget.open();
  await widget.send('Who am I?');
  const { userId } = await albert.next('new_chat_request');
  expect(userId).toMatch(/^visitor_[\w-]{22}$/);
});

/** What the site's own script has at hand: the widget, and by name what gives a token that was asked for. */
type Scope = Record<string, (...all: unknown[]) => void>;

/** Has the site fetch tokens slowly: nothing comes until what is called `name` is. */
function identifySlowly(page: Page, name: string): Promise<void> {
  return page.evaluate((who) => {
    const scope = globalThis as unknown as Scope;
    const fetchToken = () =>
      new Promise((resolve) => {
        scope[who] = resolve;
      });
    scope.ChatServer?.('identify', fetchToken);
  }, name);
}

test.each([[[]], [['reset']]])(
  'a token that comes when the visitor is somebody else (after %j) is not theirs',
  async (between) => {
    const { site, albert } = await start();
    const { page } = await person();
    const widget = await widgetOn(page, site);
    const asked = (name: string) =>
      until(() => page.evaluate((who) => who in globalThis, name), `the question for ${name}`);
    const answer = (name: string, token: string) =>
      page.evaluate(([who, value]) => (globalThis as unknown as Scope)[who]?.(value), [
        name,
        token,
      ] as const);
    await identifySlowly(page, 'first');
    await widget.open();
    await asked('first');
    for (const name of between) await command(page, name);
    await identifySlowly(page, 'second');
    await command(page, 'open');
    await asked('second');
    await answer('second', await tokenOf('customer:2'));
    await answer('first', await tokenOf('customer:1'));
    await widget.send('Whose is this?');
    expect(await albert.next('new_chat_request')).toMatchObject({ userId: 'customer:2' });
  },
);
