/** A visitor and two admins through whole chats, at the real console in a real browser. */
import { expect, test, vi } from 'vitest';
import type { Message } from '../../src/validations/chat.validation.js';
import { until } from '../support/clients.js';
import { desk } from '../support/console.js';
import { startServer } from '../support/server.js';
import { visitor } from '../support/visitor.js';

vi.setConfig({ testTimeout: 120_000 });

test('a chat from the queue to its end, seen by both sides and by the other admin', async () => {
  const { url } = await startServer();
  const ana = await desk(url, 'ana');
  const berta = await desk(url, 'berta');
  await ana.page.getByText('Nobody is waiting').waitFor();

  const ursula = await visitor(url, 'ursula', 'Is it blue?');
  for (const one of [ana, berta]) {
    await one.row('ursula').waitFor();
    await one.row('ursula').getByText('Is it blue?').waitFor();
  }
  await ana.row('ursula').getByRole('link').click();
  await ana.log.getByText('Is it blue?').waitFor();
  // Not taken yet, and seen live all the same.
  await ursula.say('Or green?');
  await ana.log.getByText('Or green?').waitFor();

  await ana.page.getByRole('button', { name: 'Take this chat' }).click();
  await expect.poll(() => ana.page.url()).toContain(`/console/mine/${ursula.chatId}`);
  await berta.row('ursula').waitFor({ state: 'detached' });
  expect(await ursula.client.next('chat_assigned')).toMatchObject({ adminId: 'ana' });

  await ana.page.locator('#composer:focus').waitFor();
  await ana.composer.fill('It is blue.');
  expect(await ursula.client.next('typing', ({ typing }) => typing === true)).toMatchObject({
    senderId: 'ana',
  });
  await ana.page.keyboard.press('Enter');
  const answer = await ursula.client.next<Message>(
    'new_message',
    ({ senderId }) => senderId === 'ana',
  );
  expect(answer).toMatchObject({ content: 'It is blue.', senderRole: 'admin' });
  const bubble = ana.log.locator('article', { hasText: 'It is blue.' });
  await bubble.getByText('Sent').waitFor();
  await ursula.client.do('mark_messages', { chatId: ursula.chatId, deliveredSeq: answer.seq });
  await bubble.getByText('Delivered').waitFor();
  await ursula.client.do('mark_messages', { chatId: ursula.chatId, seenSeq: answer.seq });
  await bubble.getByText('Seen').waitFor();
  expect(await ana.composer.inputValue()).toBe('');

  await ana.page.getByRole('button', { name: 'End chat' }).click();
  await ana.page.getByRole('dialog').getByRole('button', { name: 'End chat' }).click();
  expect(await ursula.client.next('chat_ended')).toMatchObject({ endedBy: 'ana' });
  await ana.page.getByText(/Ended by you at/).waitFor();
  await ana.row('ursula').waitFor({ state: 'detached' });
  await ana.page.getByText('Ended', { exact: true }).first().click();
  await ana.row('Ended by ana').waitFor();
  expect([...ana.faults, ...berta.faults]).toEqual([]);
});

test('who loses the race for a chat is told who has it, and the chat closes', async () => {
  const { url } = await startServer();
  const ana = await desk(url, 'ana');
  const late = { held: true, news: [] as (() => void)[] };
  const berta = await desk(url, 'berta', {
    // The news that Ana has the chat reaches her after she has tried to take it.
    before: (page) =>
      page.routeWebSocket(/socket\.io/, (socket) => {
        socket.connectToServer().onMessage((frame) => {
          const pass = () => socket.send(frame);
          if (late.held && String(frame).includes('"chat_assigned"')) late.news.push(pass);
          else pass();
        });
      }),
  });
  const ursula = await visitor(url, 'ursula', 'Anybody?');
  for (const one of [ana, berta]) {
    await one.row('ursula').getByRole('link').click();
    await one.page.getByRole('button', { name: 'Take this chat' }).waitFor();
  }
  await ana.page.keyboard.press('c');
  expect(await ursula.client.next('chat_assigned')).toMatchObject({ adminId: 'ana' });
  await berta.page.keyboard.press('c');
  await berta.page.getByText('ana was faster and has it now.').waitFor();
  await until(() => late.news.length > 0, 'the news to be held back');
  late.held = false;
  for (const pass of late.news) pass();
  await berta.page.getByRole('heading', { name: 'ana has this chat' }).waitFor();
  await berta.row('ursula').waitFor({ state: 'detached' });
  await ana.composer.waitFor();
  expect([...ana.faults, ...berta.faults]).toEqual([]);
});

test('what the visitor types, and where on the site they are', async () => {
  const { url } = await startServer();
  const ana = await desk(url, 'ana');
  const ursula = await visitor(url, 'ursula', 'Hello');
  await ursula.client.do('visit_page', {
    url: 'https://shop.example/jackets?id=7',
    title: 'Jackets',
  });
  await ana.row('ursula').waitFor();
  await ana.page.keyboard.press('n');
  await ana.composer.waitFor();
  const details = ana.page.getByRole('complementary', { name: 'About this chat' });
  const link = details.getByRole('link', { name: 'Jackets' });
  expect(await link.getAttribute('href')).toBe('https://shop.example/jackets?id=7');
  expect(await link.getAttribute('rel')).toContain('noopener');
  await ursula.client.do('visit_page', { url: 'https://shop.example/cart', title: 'Your cart' });
  await details.getByRole('link', { name: 'Your cart' }).waitFor();

  await ursula.client.do('typing', {
    chatId: ursula.chatId,
    typing: true,
    preview: 'I wonder whe',
  });
  await ana.page.getByText('I wonder whe').waitFor();
  await ursula.client.do('typing', { chatId: ursula.chatId, typing: false });
  await ana.page.getByText('I wonder whe').waitFor({ state: 'detached' });

  ursula.client.socket.disconnect();
  await details.getByText('Not connected').waitFor();
});

test('a chat goes back to the queue, at its old place, and another admin takes it', async () => {
  const { url } = await startServer();
  const ana = await desk(url, 'ana');
  const berta = await desk(url, 'berta');
  const ursula = await visitor(url, 'ursula', 'First');
  await visitor(url, 'uwe', 'Second');
  await berta.row('uwe').waitFor();
  await ana.row('ursula').waitFor();
  await ana.page.keyboard.press('n');
  await ana.composer.waitFor();
  await ana.composer.fill('I give you to a colleague.');
  await ana.page.keyboard.press('Enter');
  await ana.log.getByText('I give you to a colleague.').waitFor();
  await ana.page.getByRole('button', { name: 'Put back into the queue' }).click();
  expect(await ursula.client.next('chat_unassigned')).toMatchObject({ adminId: 'ana' });
  await expect
    .poll(() => berta.rows.allTextContents())
    .toEqual([expect.stringContaining('ursula'), expect.stringContaining('uwe')]);
  await berta.page.keyboard.press('n');
  await berta.log.getByText('I give you to a colleague.').waitFor();
  await berta.log.getByText('ana put the chat back into the queue').waitFor();
  await berta.composer.fill('Here I am.');
  await berta.page.keyboard.press('Enter');
  await ursula.client.next<Message>('new_message', ({ content }) => content === 'Here I am.');
  expect([...ana.faults, ...berta.faults]).toEqual([]);
});

test('who else is looking, and a supervisor who sees everything and filters it', async () => {
  const { url } = await startServer();
  const ana = await desk(url, 'ana');
  const ursula = await visitor(url, 'ursula', 'Hello');
  await visitor(url, 'uwe', 'Still waiting');
  await ana.row('uwe').waitFor();
  await ana.page.keyboard.press('n');
  await ana.composer.waitFor();

  const sofia = await desk(url, 'sofia', { role: 'supervisor', path: '/console/all' });
  await sofia.row('ursula').getByRole('link').click();
  await sofia.log.getByText('Hello').waitFor();
  await sofia.page.getByText('ana has this chat. You see it as a supervisor.').waitFor();
  await ana.page.getByRole('status').filter({ hasText: 'sofia is looking' }).waitFor();
  await ursula.say('Live for both');
  await sofia.log.getByText('Live for both').waitFor();
  await sofia.page.reload();
  await sofia.log.getByText('Live for both').waitFor();

  await sofia.page.getByPlaceholder('Admin').fill('ana');
  await sofia.row('uwe').waitFor({ state: 'detached' });
  await sofia.row('ursula').waitFor();
  await sofia.page.getByPlaceholder('Admin').fill('');
  await sofia.page.getByPlaceholder('Visitor’s id').fill('uwe');
  await sofia.row('uwe').waitFor();
  await sofia.row('ursula').waitFor({ state: 'detached' });

  expect([...ana.faults, ...sofia.faults]).toEqual([]);

  // Not so for an admin, whose address bar takes the same.
  const berta = await desk(url, 'berta', { path: `/console/all/${ursula.chatId}` });
  await berta.page.getByText('Only a supervisor sees the chats of everybody.').waitFor();
  await berta.page.getByRole('heading', { name: 'This chat is not yours to see' }).waitFor();
});

test('stored script, links and piles of marks are shown as text', async () => {
  const { url } = await startServer();
  const ana = await desk(url, 'ana');
  const hostile = [
    '<img src=x onerror="window.hit=1"><script>window.hit=1</script>',
    'javascript:window.hit=1 data:text/html,<script>window.hit=1</script>',
    'https://shop.example/a?b=1&c=<i>, and https://user@bank.example/',
    `${'e\u0301'.repeat(500)}${'\u0301'.repeat(500)}`,
    '\u202etxt.exe left to right again',
  ];
  const ursula = await visitor(url, '__proto__', ...hostile);
  await ana.row('__proto__').waitFor();
  await ana.page.keyboard.press('n');
  await ana.composer.waitFor();
  const bubbles = ana.log.locator('article [dir="auto"]');
  await expect.poll(() => bubbles.allTextContents()).toEqual(hostile);
  const links = await ana.log.getByRole('link').all();
  const addresses = await Promise.all(links.map((link) => link.getAttribute('href')));
  expect(addresses).toEqual(['https://shop.example/a?b=1&c=']);
  await ana.composer.fill('<b onclick="window.hit=1">bold</b>');
  await ana.page.keyboard.press('Enter');
  await ursula.client.next<Message>('new_message', ({ senderId }) => senderId === 'ana');
  await ana.log.getByText('<b onclick="window.hit=1">bold</b>').waitFor();
  expect(await ana.page.evaluate("'hit' in window")).toBe(false);
  expect(ana.faults).toEqual([]);
});

test('an overview that moves with the desk', async () => {
  const { url } = await startServer();
  const ana = await desk(url, 'ana', { path: '/console/overview' });
  const waiting = ana.page.getByRole('region', { name: 'Waiting' });
  await waiting.getByText('nobody in the queue').waitFor();
  const ursula = await visitor(url, 'ursula', 'Hello');
  await waiting.getByText('1', { exact: true }).waitFor();
  await ursula.client.do('end_chat', { chatId: ursula.chatId });
  await waiting.getByText('0', { exact: true }).waitFor();
  const chats = ana.page.getByRole('table', { name: 'Chats, by hour' });
  expect(await chats.getByRole('row').count()).toBe(25);
  // Another hour may begin in between.
  const lastHours = async () => {
    const cells = (await chats.getByRole('cell').allTextContents()).slice(-4);
    const told = (column: number) =>
      cells.filter((text, at) => at % 2 === column && text !== '0').join();
    return { started: told(0), ended: told(1) };
  };
  await expect.poll(lastHours).toEqual({ started: '1', ended: '1' });
  expect(ana.faults).toEqual([]);
});
