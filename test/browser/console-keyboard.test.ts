/** A whole chat without a mouse: after each step the focus is where one goes on. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { desk } from '../support/console.js';
import { startServer } from '../support/server.js';
import { visitor } from '../support/visitor.js';

/** What has the focus, in the words of a screen reader, and whether one can see that. */
const focused = (page: Page) =>
  page.evaluate(`(() => {
    const { activeElement: one } = document;
    const seen = one.checkVisibility() && one.getClientRects().length > 0;
    const style = getComputedStyle(one);
    const shown = one.matches('input, textarea') || style.outlineStyle !== 'none';
    const name = one.getAttribute('aria-label') ?? one.textContent.trim();
    return (seen && shown ? '' : 'unseen ') + one.tagName.toLowerCase() + ' ' + name;
  })()`) as Promise<string>;

test('taken from the queue, answered, looked up and ended by keys alone', async () => {
  const { url } = await startServer();
  const ana = await desk(url, 'ana');
  const ursula = await visitor(url, 'ursula', 'Is it blue?');
  await ana.row('ursula').waitFor();
  const { page } = ana;
  const press = (...keys: string[]) =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  const has = (what: RegExp) => expect.poll(() => focused(page)).toMatch(what);

  await page.getByRole('heading', { name: 'Queue' }).waitFor();
  for (let tries = 0; tries < 20 && !/^a .*ursula/.test(await focused(page)); tries++) {
    await press('Tab');
  }
  await has(/^a .*ursula.*Is it blue\?/);
  await press('Enter');
  await ana.log.getByText('Is it blue?').waitFor();
  await has(/^a .*ursula/);
  await press('c');
  await has(/^textarea Message to ursula/);

  await page.keyboard.type('It is blue.');
  await press('Enter');
  await ursula.client.next('new_message', ({ senderId }) => senderId === 'ana');
  await has(/^textarea Message to ursula/);
  await press('Escape');
  await has(/^a .*ursula/);

  await press('?');
  await has(/^button Close/);
  const closed = () => page.getByRole('dialog').waitFor({ state: 'detached' });
  await press('Escape');
  await closed();
  await has(/^a .*ursula/);
  await press('Control+k');
  await has(/^input Find a chat or a command/);
  await press('Escape');
  await closed();
  await has(/^a .*ursula/);
  await press('Control+k');
  await has(/^input Find a chat or a command/);
  await page.keyboard.type('write');
  await page.getByRole('button', { name: 'Write' }).waitFor();
  await press('ArrowDown', 'Enter');
  await closed();
  await has(/^textarea Message to ursula/);

  await press('Escape', 'e');
  await has(/^button End chat/);
  await press('Enter');
  await closed();
  await ursula.client.next('chat_ended');
  await ana.row('ursula').waitFor({ state: 'detached' });
  await has(/^footer Ended by you/);
  expect(ana.faults).toEqual([]);
});
