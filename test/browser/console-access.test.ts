/**
 * Every page of the console, in both themes, on a desk and on a phone: axe finds nothing, and the
 * page's policy (no inline script or style, Trusted Types) is never offended.
 */
import type { Page } from 'playwright-core';
import { describe, expect, test, vi } from 'vitest';
import { findings, PHONE, person } from '../support/browser.js';
import { cli } from '../support/cli.js';
import { admin, until } from '../support/clients.js';
import { desk } from '../support/console.js';
import { startServer, temporaryDirectory } from '../support/server.js';
import { PASSWORD, setupToken } from '../support/signIn.js';
import { visitor } from '../support/visitor.js';

vi.setConfig({ testTimeout: 300_000 });

const themes = ['light', 'dark'] as const;

/** What opens the page, and what is on it when it is there. */
type Opening = [name: string, open: (page: Page) => Promise<unknown>];

/** A desk with a chat of each kind. */
async function scene(
  colorScheme: (typeof themes)[number],
  viewport = { width: 1280, height: 800 },
) {
  const { url } = await startServer();
  const albert = await admin(url, 'albert');
  const [mine, waiting, foreign, ended] = await Promise.all([
    visitor(url, 'ursula', 'Hello', 'See https://shop.example/orders/1'),
    visitor(url, 'a-very-long-name-of-a-visitor-that-does-not-fit@example.com', 'Hello?'),
    visitor(url, 'visitor_k3jH2lkj34', 'Hi there'),
    visitor(url, 'uwe', 'Bye'),
  ]);
  const ana = await admin(url, 'ana');
  await ana.do('assign_chat', { chatId: mine.chatId });
  await ana.do('admin_message', { chatId: mine.chatId, content: 'Hello Ursula' });
  await mine.say('Thank you');
  await mine.client.do('visit_page', { url: 'https://shop.example/', title: 'Shop' });
  await albert.do('assign_chat', { chatId: foreign.chatId });
  await ana.do('assign_chat', { chatId: ended.chatId });
  await ana.do('end_chat', { chatId: ended.chatId });
  const open = (path: string) =>
    desk(url, 'sofia', { role: 'supervisor', path, context: { colorScheme, viewport } });
  return { url, mine, waiting, foreign, ended, open };
}

describe.each(themes)('%s', (theme) => {
  test('the desk', async () => {
    const { url, waiting, foreign, open } = await scene(theme);
    const sofia = await open('/console/queue');
    const { page, faults } = sofia;
    const go = (path: string) => page.goto(`${url}/console${path}`);
    const openings: Opening[] = [
      ['the queue', () => sofia.row('Hello?').waitFor()],
      [
        'a waiting chat',
        async () => {
          await go(`/queue/${waiting.chatId}`);
          await page.getByRole('button', { name: 'Take this chat' }).waitFor();
        },
      ],
      [
        'a chat of one’s own',
        async () => {
          await page.keyboard.press('c');
          await sofia.composer.fill('A draft');
          await waiting.client.do('typing', {
            chatId: waiting.chatId,
            typing: true,
            preview: 'And I',
          });
          await page.getByText('And I').waitFor();
        },
      ],
      [
        'the confirmation',
        async () => {
          await page.getByRole('button', { name: 'End chat' }).click();
          await page.getByRole('dialog').getByText('End this chat?').waitFor();
        },
      ],
      [
        'a chat that has ended',
        async () => {
          await page.getByRole('dialog').getByRole('button', { name: 'End chat' }).click();
          await page.getByText(/Ended by you at/).waitFor();
        },
      ],
      [
        'a colleague’s chat',
        async () => {
          await go(`/all/${foreign.chatId}`);
          await page.getByText('You see it as a supervisor.').waitFor();
        },
      ],
      [
        'my chats, none',
        async () => {
          await go('/mine');
          await page.getByText('You have no open chats').waitFor();
        },
      ],
      [
        'my ended chats',
        async () => {
          await page.getByText('Ended', { exact: true }).click();
          await page.getByText('Ended by sofia').waitFor();
        },
      ],
      [
        'all chats',
        async () => {
          await go('/all');
          await sofia.row('ursula').waitFor();
        },
      ],
      [
        'the overview',
        async () => {
          await go('/overview');
          await page.getByRole('region', { name: 'Waiting' }).waitFor();
        },
      ],
      [
        'the shortcuts',
        async () => {
          await page.keyboard.press('?');
          await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
        },
      ],
      [
        'the palette',
        async () => {
          await page.keyboard.press('Escape');
          await page.getByRole('dialog').waitFor({ state: 'detached' });
          await page.keyboard.press('Control+k');
          await page.getByPlaceholder('Find a chat or a command').waitFor();
        },
      ],
      [
        'the settings',
        async () => {
          await page.keyboard.press('Escape');
          await page.getByRole('dialog').waitFor({ state: 'detached' });
          await page.getByRole('button', { name: /^You: sofia/ }).click();
          await page.getByText('Desktop notifications').waitFor();
        },
      ],
    ];
    const found: string[] = [];
    for (const [name, opening] of openings) {
      await opening(page);
      found.push(...(await look(page, name)));
    }
    expect(found).toEqual([]);
    expect(faults).toEqual([]);
  });

  test('the desk on a phone', async () => {
    const { url, waiting, open } = await scene(theme, PHONE);
    const { page, faults } = await open('/console/queue');
    const found: string[] = [];
    for (const path of ['/queue', `/queue/${waiting.chatId}`, '/all', '/overview']) {
      await page.goto(`${url}/console${path}`);
      await page.locator('h1, h2:visible').last().waitFor();
      found.push(...(await look(page, path)));
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(overflow, `${path} is wider than the phone`).toBeLessThanOrEqual(0);
    }
    expect(found).toEqual([]);
    expect(faults).toEqual([]);
  });

  test('what is waited for', async () => {
    const { url, waiting, open } = await scene(theme);
    const { page, faults } = await open('/console/queue');
    await page.routeWebSocket(/socket\.io/, () => {}); // Is accepted, and says nothing.
    const found: string[] = [];
    for (const path of ['/queue', '/all', `/queue/${waiting.chatId}`, '/overview']) {
      await page.goto(`${url}/console${path}`);
      await page.getByRole('navigation', { name: 'Console' }).waitFor();
      await page.getByRole('progressbar').first().waitFor();
      found.push(...(await look(page, path)));
    }
    expect(found).toEqual([]);
    expect(faults).toEqual([]);
  });

  test('the doors and the team', async () => {
    const dataDir = temporaryDirectory();
    const server = await startServer({ env: { AUTH_MODE: 'token' }, dataDir });
    const setup = `${server.url}/console#setup=${await setupToken(server)}`;
    const { page, faults } = await person({ colorScheme: theme });
    const found: string[] = [];
    await page.goto(setup);
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.getByText('Enter a name.').waitFor();
    found.push(...(await look(page, 'the first start')));

    await cli(['admin', 'add', '--id', 'ana', '--role', 'supervisor'], {
      dataDir,
      input: PASSWORD,
    });
    await page.goto(`${server.url}/console/team`);
    await page.getByLabel('Name').fill('ana');
    await page.getByLabel('Password', { exact: true }).fill('wrong');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('alert').waitFor();
    found.push(...(await look(page, 'the sign-in')));
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('row', { name: /ana/ }).waitFor();
    found.push(...(await look(page, 'the team')));
    await page.getByRole('button', { name: 'Add somebody' }).click();
    await page.getByRole('dialog').getByLabel('Name').waitFor();
    found.push(...(await look(page, 'an account')));
    expect(faults.filter((fault) => !fault.includes('status of 401'))).toEqual([]);

    const open = await startServer();
    await page.goto(`${open.url}/console`);
    await page.getByRole('heading', { name: 'Who are you?' }).waitFor();
    found.push(...(await look(page, 'the name')));
    expect(found).toEqual([]);
  });
});

test('the policy of the page lets no script in, and the page asks for none', async () => {
  const { url } = await startServer();
  const response = await fetch(`${url}/console/queue`);
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
  expect(policy).toContain("require-trusted-types-for 'script'");
  const [, nonce] = /'nonce-([^']+)'/.exec(policy) ?? [];
  expect(await response.text()).toContain(`nonce="${nonce}"`);
  const again = await fetch(`${url}/console/queue`);
  expect(again.headers.get('content-security-policy')).not.toContain(nonce);

  // The probe itself: what the policy forbids does fail, and does show up as a fault.
  const ana = await desk(url, 'ana');
  const probe = `
    const tried = [];
    const attempt = (name, work) => { try { work(); tried.push(name); } catch {} };
    attempt('html', () => { document.body.innerHTML = '<img src=x onerror="window.hit=1">'; });
    attempt('script', () => { const s = document.createElement('script'); s.textContent = 'window.hit=1'; document.head.append(s); });
    attempt('style', () => { const s = document.createElement('style'); s.textContent = 'body{display:none}'; document.head.append(s); if (!s.sheet) throw 0; });
    tried`;
  expect(await ana.page.evaluate(probe)).toEqual([]);
  expect(await ana.page.evaluate("'hit' in window")).toBe(false);
  await expect.poll(() => ana.faults.length).toBeGreaterThan(0);
});

test('a screen reader hears of new messages and chats, and not of what is scrolled by', async () => {
  const { url } = await startServer();
  const ana = await desk(url, 'ana');
  const heard = ana.page.locator('[aria-live="polite"]');
  await ana.page.getByText('Nobody is waiting').waitFor(); // What is there before that is no news.
  const ursula = await visitor(url, 'ursula', 'Hello');
  await heard.filter({ hasText: 'New chat: ursula' }).waitFor({ state: 'attached' });
  await ana.row('ursula').waitFor();
  await ana.page.keyboard.press('n');
  await heard.filter({ hasText: 'You have the chat with ursula.' }).waitFor({ state: 'attached' });
  await ursula.say('Is it blue?');
  await heard.filter({ hasText: 'ursula: Is it blue?' }).waitFor({ state: 'attached' });
  await ana.page.getByRole('link', { name: 'Overview' }).click();
  await ursula.say('Hello?');
  await heard.filter({ hasText: 'New message from ursula' }).waitFor({ state: 'attached' });
  await ana.page.getByRole('link', { name: /^My chats/ }).click();
  await ana.row('ursula').getByRole('link').click();
  expect(await ana.log.getAttribute('aria-live')).toBe('off');
});

/** What axe finds on a page as it is in the end: in the middle of a transition colours are others. */
async function look(page: Page, name: string): Promise<string[]> {
  // A transition may begin with the second frame that its element is in.
  const moving = `new Promise((tell) => {
    const isMoving = ({ effect, playState }) =>
      effect?.getTiming().iterations !== Infinity && playState !== 'finished';
    const look = () => tell(document.getAnimations().some(isMoving));
    requestAnimationFrame(() => requestAnimationFrame(look));
  })`;
  await until(async () => !(await page.evaluate(moving)), `${name} to come to rest`);
  return (await findings(page)).map((finding) => `${name}: ${finding}`);
}
