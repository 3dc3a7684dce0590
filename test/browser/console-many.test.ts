/** Thousands of chats in the queue and ten thousand messages in one: nothing freezes. */
import { expect, test, vi } from 'vitest';
import { admin, user } from '../support/clients.js';
import { desk } from '../support/console.js';
import { startServer } from '../support/server.js';
import { longestTask } from '../support/tasks.js';
import { visitor } from '../support/visitor.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/**
 * Milliseconds of processor time for which the page may not answer. It takes 60 of them on a machine of
 * today, and may take some times as many on a slow or a busy one; with all rows in the page, seconds.
 */
const LONGEST = 500;

/** Does something for each number, so many at once. */
async function each(many: number, atOnce: number, work: (number: number) => Promise<unknown>) {
  let next = 0;
  const worker = async () => {
    while (next < many) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

test('5,000 waiting chats: the list scrolls, finds, and takes while 500 more come', async () => {
  const { url } = await startServer({ env: { RATE_LIMITS: 'off' } });
  const startChat = async (number: number) => {
    const userId = `visitor-${String(number).padStart(4, '0')}`;
    const answer = await fetch(`${url}/api/v1/user/chats?userId=${userId}`, { method: 'POST' });
    expect(answer.status).toBe(201);
  };
  await startChat(0);
  await each(4999, 20, (number) => startChat(number + 1));

  const ana = await desk(url, 'ana', { path: '/console/overview' });
  const { page } = ana;
  const total = page.locator('#list-title + span');
  const opening = await longestTask(page, async () => {
    await page.getByRole('link', { name: /^Queue/ }).click();
    await expect.poll(() => total.textContent(), { timeout: 30_000 }).toBe('5,000');
    await ana.row('visitor-0000').waitFor();
  });
  expect(await ana.rows.count()).toBeLessThan(60);

  const scrolling = await longestTask(page, async () => {
    await ana.rows.first().hover();
    for (let turns = 0; turns < 30; turns++) await page.mouse.wheel(0, 4000);
    // A row that gets the focus before the list is at rest leaves the page with it.
    const inSight = Math.floor((30 * 4000) / 70) + 1;
    const before = 8;
    await expect
      .poll(() => ana.rows.first().getAttribute('aria-posinset'))
      .toBe(`${inSight - before}`);
    await ana.rows.first().getByRole('link').focus();
    await page.keyboard.press('End');
    await expect.poll(() => ana.rows.last().getAttribute('aria-posinset')).toBe('5000');
  });
  await page.getByPlaceholder('Find a visitor').fill('visitor-2500');
  await ana.row('visitor-2500').waitFor();
  expect(await ana.rows.count()).toBe(1);
  await page.getByPlaceholder('Find a visitor').fill('');

  const crowding = await longestTask(page, async () => {
    await each(500, 20, (number) => startChat(5000 + number));
    await expect.poll(() => total.textContent(), { timeout: 30_000 }).toBe('5,500');
    await page.locator('h2#list-title').click();
    await page.keyboard.press('n');
    await ana.composer.waitFor();
  });
  await page.getByRole('heading', { name: 'visitor-0000' }).waitFor();
  const measured = { opening, scrolling, crowding };
  process.stdout.write(`longest tasks with 5,000 chats, ms: ${JSON.stringify(measured)}\n`);
  for (const [name, longest] of Object.entries(measured)) {
    expect(longest, name).toBeLessThan(LONGEST);
  }
  expect(ana.faults).toEqual([]);
});

test('10,000 messages: from the newest to the first and back, in place while older ones load', async () => {
  const { url } = await startServer({ env: { RATE_LIMITS: 'off' } });
  const [ursula, albert] = await Promise.all([user(url, 'ursula'), admin(url, 'ana')]);
  const { chatId } = await ursula.do('start_chat');
  await albert.do('assign_chat', { chatId });
  const words = (number: number) => 'and some more words '.repeat(number % 7);
  await ursula.do('user_message', { chatId, content: 'the very first' });
  await each(10_000, 400, (number) => {
    const content = `message ${number} ${words(number)}`;
    return number % 3 === 0
      ? albert.do('admin_message', { chatId, content })
      : ursula.do('user_message', { chatId, content });
  });
  await ursula.do('user_message', { chatId, content: 'the newest' });
  albert.close();
  ursula.close();

  const ana = await desk(url, 'ana', { path: `/console/mine/${chatId}` });
  const { page, log } = ana;
  await log.getByText('the newest').waitFor();
  await expect.poll(() => page.evaluate(`(${distanceFromEnd})()`)).toBeLessThan(2);

  const up = await longestTask(page, async () => {
    await log.hover();
    // Each turn of the wheel moves by its length or less, never further: nothing jumps.
    for (let turns = 0; turns < 40; turns++) {
      const before = Number(await page.evaluate(`(${distanceFromEnd})()`));
      await page.mouse.wheel(0, -900);
      await expect
        .poll(async () => Number(await page.evaluate(`(${distanceFromEnd})()`)))
        .toBeGreaterThan(before);
    }
    const first = log.getByText('the very first');
    while ((await first.count()) === 0) {
      await page.mouse.wheel(0, -6000);
      await page.evaluate('new Promise(requestAnimationFrame)');
    }
  });
  expect(await log.locator('article').count()).toBeLessThan(80);
  const down = await longestTask(page, async () => {
    await page.getByRole('button', { name: 'Newest' }).click();
    await log.getByText('the newest').waitFor();
    await expect.poll(() => page.evaluate(`(${distanceFromEnd})()`)).toBeLessThan(2);
    await ana.composer.fill('One more');
    await ana.composer.press('Enter');
    await log.getByText('One more').waitFor();
    await expect.poll(() => page.evaluate(`(${distanceFromEnd})()`)).toBeLessThan(2);
  });
  process.stdout.write(`longest tasks with 10,000 messages, ms: ${JSON.stringify({ up, down })}\n`);
  expect(up, 'up').toBeLessThan(LONGEST);
  expect(down, 'down').toBeLessThan(LONGEST);
  expect(ana.faults).toEqual([]);
});

test('signs of typing do not have messages read again that have not changed', async () => {
  const { url } = await startServer();
  const ana = await desk(url, 'ana', {
    async before(page) {
      await page.addInitScript(`(() => {
        const { canParse } = URL;
        window.looked = 0;
        URL.canParse = (...all) => {
          window.looked++;
          return canParse(...all);
        };
      })()`);
    },
  });
  const texts = Array.from({ length: 5 }, (_, at) => `See https://shop.example/${at}`);
  const ursula = await visitor(url, 'ursula', ...texts);
  await ana.row('ursula').waitFor();
  await ana.page.keyboard.press('n');
  await ana.log.getByRole('link').last().waitFor();
  const shows = async (content: string) => {
    await ursula.say(content);
    await ana.log.getByText(content).waitFor();
    return ana.page.evaluate('window.looked') as Promise<number>;
  };
  const before = await shows('https://shop.example/before');
  expect(before).toBeGreaterThan(5);
  for (const typing of [true, false, true, false]) {
    await ursula.client.do('typing', { chatId: ursula.chatId, typing, preview: 'I wonder' });
    const state = typing ? 'visible' : 'detached';
    await ana.page.getByText('I wonder').first().waitFor({ state });
  }
  // Of all that is in sight only what is new, and what it follows.
  expect((await shows('https://shop.example/after')) - before).toBeLessThanOrEqual(2);
});

/** Pixels between what is in sight of the log and its end. Runs in the page. */
const distanceFromEnd = `() => {
  const log = document.querySelector('[role="log"]');
  return log.scrollHeight - log.clientHeight - log.scrollTop;
}`;
