/** The SDK and its React hooks in a real browser: tabs, reloads, and the browser's own storage. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { person } from '../support/browser.js';
import { admin as rawAdmin, until } from '../support/clients.js';
import { TcpProxy } from '../support/proxy.js';
import { root, startServer } from '../support/server.js';
import { historyOf, me, newAdmin } from './support.js';

async function script(): Promise<string> {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['source'] },
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { write: false, rolldownOptions: { input: join(import.meta.dirname, 'page.mjs') } },
  });
  const [built] = [result].flat();
  if (!built || !('output' in built)) throw new Error('nothing was built');
  return built.output[0].code;
}

/** A browser whose pages load without the server, so that the proxy can keep it away from them. */
async function visitor() {
  const { context, page, faults } = await person();
  const body = await script();
  await context.route('**/page.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body }),
  );
  await context.route('**/page', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html><title>chat</title><div></div><script type="module" src="page.js"></script>',
    }),
  );
  return { tabs: [page, await context.newPage()] as const, faults };
}

const shown = (page: Page) =>
  page.$$eval('p', (all) =>
    all.map((one) => `${one.textContent} ${one.dataset.state ?? ''}`.trim()),
  );

const shows = (page: Page, ...wanted: string[]) =>
  until(async () => `${await shown(page)}` === `${wanted}`, `a tab to show ${wanted}`);

/** Waits until the page's `main` says so in an attribute. */
const says = (page: Page, attribute: string, value: string) =>
  until(
    async () => (await page.getAttribute('main', attribute)) === value,
    `${attribute} ${value}`,
  );

test('two tabs, a reload in mid-send, and hooks that show it all', async () => {
  // What the server says by itself would end a connection that swallows.
  const { url, port } = await startServer({ env: { HEARTBEAT_SECONDS: '3600' } });
  const proxy = await TcpProxy.start(port);
  const { tabs, faults } = await visitor();
  const [one, other] = tabs;
  for (const tab of tabs) {
    await tab.goto(`${proxy.url}/page#${me.user}`);
    await says(tab, 'data-status', 'connected');
  }
  const stored = () => one.evaluate('JSON.stringify({...localStorage})');
  expect(await stored()).toBe('{}');
  await one.evaluate("client.send('first')");
  for (const tab of tabs) await shows(tab, 'first sent');
  expect(await stored()).toBe('{}');

  proxy.misbehave({ refuse: 1 });
  proxy.cutAll();
  for (const tab of tabs) await says(tab, 'data-status', 'reconnecting');
  await one.evaluate("client.send('while away')");
  for (const tab of tabs) await shows(tab, 'first sent', 'while away sending');
  await one.reload();
  await shows(one, 'while away sending');

  proxy.behave();
  for (const tab of tabs) await shows(tab, 'first sent', 'while away sent');
  expect(await stored()).toBe('{}');

  const admin = newAdmin(url);
  const { chatId } = await until(() => admin.queue.get().chats[0], 'the chat in the queue');
  const desk = await admin.assignChat(chatId);
  desk.send('<b>bold</b>');
  const all = ['first seen', 'while away seen', '[assignment]', '<b>bold</b>'];
  for (const tab of tabs) await shows(tab, ...all);
  await says(other, 'data-unread', '1');
  await one.evaluate('client.current.get().markSeen()');
  await says(other, 'data-unread', '0');
  const history = await historyOf(url, chatId);
  expect(history.map(({ content }) => content)).toEqual(['first', 'while away', '', '<b>bold</b>']);

  // The tab was asleep, and its connection has died without a word.
  proxy.misbehave({ swallow: 1, refuse: 1 });
  await other.evaluate("document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))");
  await until(() => proxy.done.swallowed > 0, 'its question to be swallowed');
  proxy.misbehave({ refuse: 1 });
  await says(other, 'data-status', 'reconnecting');
  proxy.behave();
  for (const tab of tabs) await says(tab, 'data-status', 'connected');
  await (await rawAdmin(url, me.admin)).do('end_chat', { chatId });
  for (const tab of tabs) await shows(tab, ...all, '[end]');
  expect(faults.filter((fault) => !/WebSocket|ERR_/.test(fault))).toEqual([]);
}, 90_000);
