/** How an admin who looks elsewhere is called: tones and notifications, once, and only if they are allowed. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { type DeskTab, desk } from '../support/console.js';
import { startServer } from '../support/server.js';
import { visitor } from '../support/visitor.js';

/** What a page has done to be noticed; nobody else can hear or see it in a browser without a screen. */
interface Calls {
  notes: number;
  notices: { title: string; body: string }[];
}

/** Listens to every page of the browser, and has its user look elsewhere. */
async function listen(page: Page): Promise<void> {
  await page.context().addInitScript(() => {
    const scope = globalThis as unknown as Record<string, unknown> & {
      calls: Calls;
      AudioContext: new () => { createOscillator(): unknown };
      document: { hasFocus(): boolean };
    };
    scope.calls = { notes: 0, notices: [] };
    const { createOscillator } = scope.AudioContext.prototype;
    scope.AudioContext.prototype.createOscillator = function () {
      scope.calls.notes++;
      return createOscillator.call(this);
    };
    scope.Notification = class {
      static permission = 'default';
      static requestPermission = async () => {
        this.permission = 'granted';
        return 'granted';
      };
      constructor(title: string, { body }: { body: string }) {
        scope.calls.notices.push({ title, body });
      }
    };
    scope.document.hasFocus = () => false;
  });
}

/** A switch in one's own menu. */
async function turn({ page }: DeskTab, name: string): Promise<void> {
  await page.getByRole('button', { name: /^You: / }).click();
  await page.getByRole('switch', { name }).click();
  await page.keyboard.press('Escape');
}

async function callsOf(tabs: DeskTab[]): Promise<Calls> {
  const all = await Promise.all(
    tabs.map(({ page }) => page.evaluate(() => (globalThis as unknown as { calls: Calls }).calls)),
  );
  return {
    notes: all.reduce((sum, { notes }) => sum + notes, 0),
    notices: all.flatMap(({ notices }) => notices),
  };
}

test('new chats and messages ring once for all tabs, and are notified when that was asked for', async () => {
  const { url } = await startServer();
  const ana = await desk(url, 'ana', { before: listen });
  const other = await ana.newTab();
  const tabs = [ana, other];
  for (const { page } of tabs) {
    await page.getByText('Nobody is waiting').waitFor();
    await page.locator('h2#list-title').click(); // Browsers stay silent until they are touched.
  }

  await visitor(url, 'ursula', 'Hello');
  await expect.poll(() => callsOf(tabs)).toEqual({ notes: 2, notices: [] });
  for (const tab of tabs) await tab.row('ursula').waitFor();

  await ana.page.bringToFront();
  await turn(ana, 'Desktop notifications');
  const uwe = await visitor(url, 'uwe', 'Are you there?');
  const called = { title: 'New chat: uwe', body: '2 chats waiting' };
  await expect.poll(() => callsOf(tabs)).toEqual({ notes: 4, notices: [called] });

  await ana.row('uwe').getByRole('link').click();
  await ana.page.getByRole('button', { name: 'Take this chat' }).click();
  await ana.composer.waitFor();
  await uwe.say('It is urgent');
  const written = { title: 'uwe', body: 'It is urgent' };
  await expect.poll(() => callsOf(tabs)).toEqual({ notes: 5, notices: [called, written] });
});

test('who wants no tones hears none', async () => {
  const { url } = await startServer();
  const ana = await desk(url, 'ana', { before: listen });
  await ana.page.getByText('Nobody is waiting').waitFor();
  await turn(ana, 'Sound');
  await visitor(url, 'ursula', 'Hello');
  await ana.row('ursula').waitFor();
  await turn(ana, 'Sound');
  await visitor(url, 'uwe', 'Hello?');
  // The tone of the second is heard, and was not preceded by one of the first.
  await expect.poll(() => callsOf([ana])).toMatchObject({ notes: 2 });
});
