/** The widget on somebody else's page: its CSS and CSP, its commands, its visitors. */
import { expect, test } from 'vitest';
import { LOADER_BUDGET, measureWidget, PANEL_BUDGET } from '../../scripts/widget-budget.mjs';
import { person } from '../support/browser.js';
import { admin, until } from '../support/clients.js';
import { startServer } from '../support/server.js';
import { startSite, widgetLine } from '../support/site.js';
import { command, showsTexts, widgetOn } from '../support/widget.js';

const SECRET = 'a secret of at least thirty-two characters';
test('the loader and an open, connected panel keep their budgets', async () => {
  const { loader, panel, files } = measureWidget();
  expect(loader).toBeLessThanOrEqual(LOADER_BUDGET);
  expect(panel).toBeLessThanOrEqual(PANEL_BUDGET);

  const { url } = await startServer();
  await admin(url, 'albert');
  const { page } = await person();
  const asked: string[] = [];
  page.on('request', (request) => {
    const path = new URL(request.url()).pathname;
    if (request.url().startsWith(url)) asked.push(path === '/widget' ? '/widget/index.html' : path);
  });
  const widget = await widgetOn(page, await startSite(url));
  expect(asked).toEqual(['/widget.js']);
  await widget.open();
  await widget.sees('We are here');
  const counted = new Set(files.map((file) => `/${file}`));
  const others = asked.filter((path) => !counted.has(path) && !path.includes('/extras-'));
  expect(others).toEqual(['/api/v1/visitors']);
});

test('hostile styles and a strict policy of the page change nothing', async () => {
  const { url } = await startServer();
  const albert = await admin(url, 'albert');
  const visitor = await person();
  const hostile = `<link rel="stylesheet" href="/hostile.css">`;
  const site = await startSite(url, {
    head: hostile,
    headers: {
      'Content-Security-Policy': [
        "default-src 'none'",
        `script-src ${url}`,
        `frame-src ${url}`,
        "style-src 'self'",
        "require-trusted-types-for 'script'",
      ].join('; '),
    },
    css: `*,*::before,*::after,chat-server,iframe,button,div{display:none!important;
      opacity:0!important;transform:scale(.1)!important;position:static!important;
      font-size:90px!important;pointer-events:none!important;z-index:-1!important;color:red!important}
      body{display:block!important;opacity:1!important;transform:none!important}
      html{display:block!important;opacity:1!important;transform:none!important}`,
  });
  const widget = await widgetOn(visitor.page, site);
  // Both come into their place by and by.
  await expect.poll(() => widget.launcher.boundingBox()).toMatchObject({ width: 56, height: 56 });
  await widget.open();
  const frame = visitor.page.locator('chat-server iframe');
  await expect.poll(() => frame.boundingBox()).toMatchObject({ width: 392, height: 680 });
  await widget.send('Is anybody there?');
  await albert.next('new_chat_request');
  expect(visitor.faults).toEqual([]);
});

test('a site that is not in FRONTEND_URL gets a launcher and no panel, and is told why', async () => {
  const { url } = await startServer({ env: { AUTH_MODE: 'token', JWT_SECRET: SECRET } });
  const visitor = await person();
  await visitor.page.clock.install();
  const widget = await widgetOn(visitor.page, await startSite(url));
  await widget.launcher.click();
  await until(() => visitor.faults.some((line) => line.includes('frame-ancestors')), 'the refusal');
  await visitor.page.clock.fastForward(20_000);
  await until(() => visitor.faults.some((line) => line.includes('FRONTEND_URL')), 'the reason');
  expect(await widget.launcher.getAttribute('aria-expanded')).toBe('false');
});

test('commands that are given before the script is there wait for it, in either form', async () => {
  const { url } = await startServer();
  const forms = [
    `<script>window.ChatServer = function () { (ChatServer.q = ChatServer.q || []).push(arguments) };
     ChatServer('on', 'ready', function () { document.title = 'ready' });
     ChatServer('prefill', 'About my order'); ChatServer('open');</script>`,
    `<script>window.ChatServer = window.ChatServer || [];
     ChatServer.push(['on', 'ready', function () { document.title = 'ready' }]);
     ChatServer.push(['prefill', 'About my order']); ChatServer.push(['open']);</script>`,
  ];
  for (const form of forms) {
    const { page } = await person();
    const site = await startSite(url, { line: (server) => form + widgetLine(server) });
    const widget = await widgetOn(page, site);
    await widget.input.waitFor();
    expect(await widget.input.inputValue()).toBe('About my order');
    expect(await page.title()).toBe('ready');
  }
});

test('boot, hide, show, position, title, greeting, locale and theme', async () => {
  const { url } = await startServer();
  const { page } = await person();
  const line = (server: string) => widgetLine(server, 'data-boot="manual" data-title="Ask Ann"');
  await page.goto(await startSite(url, { line }));
  await until(() => page.evaluate(() => 'ChatServer' in globalThis), 'the loader');
  expect(await page.locator('chat-server').count()).toBe(0);
  await command(page, 'boot', { position: 'left', greeting: 'Moin!', locale: 'de', theme: 'dark' });
  const widget = await widgetOn(page);
  await expect.poll(() => widget.launcher.boundingBox()).toMatchObject({ x: 20 });
  await widget.open();
  for (const text of ['Ask Ann', 'Moin!']) await widget.sees(text);
  expect(await widget.input.getAttribute('placeholder')).toBe('Nachricht schreiben …');
  const root = widget.panel.locator('html');
  expect(await root.getAttribute('data-theme')).toBe('dark');
  expect(await root.getAttribute('lang')).toBe('de');
  await command(page, 'boot', { locale: 'fr' });
  await widget.panel.getByPlaceholder('Écrire un message').waitFor();
  await command(page, 'hide');
  await widget.launcher.waitFor({ state: 'hidden' });
  await command(page, 'show');
  await widget.launcher.waitFor({ state: 'visible' });
  await command(page, 'boot', { launcher: false });
  await widget.launcher.waitFor({ state: 'hidden' });
  await command(page, 'toggle');
  await widget.input.waitFor({ state: 'visible' });
});

test('unread messages are counted without a click, for those who have a chat', async () => {
  const { url } = await startServer();
  const albert = await admin(url, 'albert');
  const { page } = await person();
  const widget = await widgetOn(page, await startSite(url));
  await widget.open();
  await widget.send('Call me back');
  await widget.sees('Sent');
  const { chatId } = await albert.next('new_chat_request');
  await albert.do('assign_chat', { chatId });
  await widget.close();
  await page.reload();
  for (const content of ['Hello', 'I am here'])
    await albert.do('admin_message', { chatId, content });
  await page.getByRole('button', { name: 'Chat 2 unread messages', exact: true }).waitFor();
  await expect.poll(() => widget.launcher.textContent()).toBe('2');
  await widget.open();
  await showsTexts(widget, ['Call me back', 'Hello', 'I am here']);
  await page.getByRole('button', { name: 'Chat', exact: true }).waitFor();
});
