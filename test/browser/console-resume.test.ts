/** What survives: a second tab, a reload, a lost network, a killed server. */
import { connectUser } from '@chat-server/client';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Message } from '../../src/validations/chat.validation.js';
import { until } from '../support/clients.js';
import { type Desk, desk } from '../support/console.js';
import { TcpProxy } from '../support/proxy.js';
import { freePort, startServer, temporaryDirectory } from '../support/server.js';
import { visitor } from '../support/visitor.js';

vi.setConfig({ testTimeout: 120_000 });

const unread = (one: Pick<Desk, 'page'>) =>
  one.page.getByRole('link', { name: /^My chats/ }).textContent();

/** What is said in a chat, as the server has it. */
async function said(url: string, chatId: string): Promise<string[]> {
  const answer = await fetch(`${url}/api/v1/admin/chats/${chatId}/messages?adminId=ana&limit=200`);
  const { messages } = (await answer.json()) as { messages: Message[] };
  return messages.filter(({ kind }) => kind === 'message').map(({ content }) => content);
}

test('unread counts are the same in every tab, and seen in one is seen in all', async () => {
  const { url } = await startServer();
  const ana = await desk(url, 'ana');
  const ursula = await visitor(url, 'ursula', 'First');
  await ana.row('ursula').waitFor();
  await ana.page.keyboard.press('n');
  await ana.composer.waitFor();
  // The first tab looks at another place, so that nothing is seen by itself.
  await ana.page.getByRole('link', { name: 'Overview' }).click();
  const other = await ana.newTab('/console/mine');
  await ursula.say('Second');
  await ursula.say('Third');
  for (const tab of [ana, other]) {
    await expect.poll(() => unread(tab)).toContain('2');
    await expect.poll(() => tab.page.title()).toMatch(/^\(2\) /);
  }
  await other.row('ursula').getByText('2 unread').waitFor();

  await other.page.bringToFront();
  await other.row('ursula').getByRole('link').click();
  await other.log.getByText('Third').waitFor();
  for (const tab of [ana, other]) {
    await expect.poll(() => unread(tab)).toBe('My chats');
    await expect.poll(() => tab.page.title()).not.toContain('(');
  }
  const seen = await ursula.client.next<{ seenSeq: number; side: string }>(
    'messages_marked',
    ({ side, seenSeq }) => side === 'admin' && seenSeq === 4,
  );
  expect(seen.seenSeq).toBe(4);
  // What comes while it is before her eyes is not unread for a moment.
  await ursula.say('Fourth');
  await other.log.getByText('Fourth').waitFor();
  await ursula.client.next('messages_marked', ({ seenSeq }) => seenSeq === 5);
  expect(await unread(other)).toBe('My chats');
  expect(ana.faults).toEqual([]);
});

test('drafts are kept for each chat, through a reload and until they are sent', async () => {
  const { url } = await startServer();
  const ana = await desk(url, 'ana');
  for (const id of ['ursula', 'uwe']) {
    await visitor(url, id, `I am ${id}`);
    await ana.row(id).waitFor();
    await ana.page.keyboard.press('n');
    await ana.log.getByText(`I am ${id}`).waitFor();
    await ana.composer.fill(`For ${id}, not yet`);
    await ana.page.keyboard.press('Escape');
    await ana.page.getByRole('link', { name: /^Queue/ }).click();
  }
  await ana.page.getByRole('link', { name: /^My chats/ }).click();
  await ana.row('ursula').getByRole('link').click();
  await expect.poll(() => ana.composer.inputValue()).toBe('For ursula, not yet');
  await ana.page.reload();
  await expect.poll(() => ana.composer.inputValue()).toBe('For ursula, not yet');
  await ana.row('uwe').getByRole('link').click();
  await expect.poll(() => ana.composer.inputValue()).toBe('For uwe, not yet');
  await ana.composer.press('Enter');
  await ana.log.getByText('For uwe, not yet').waitFor();
  await ana.row('ursula').getByRole('link').click();
  await expect.poll(() => ana.composer.inputValue()).toBe('For ursula, not yet');
  await ana.row('uwe').getByRole('link').click();
  await expect.poll(() => ana.composer.inputValue()).toBe('');
});

test('offline and back: what both write meanwhile arrives once and in order', async () => {
  const { url, port } = await startServer();
  const network = await TcpProxy.start(port);
  const ana = await desk(network.url, 'ana');
  const ursula = await visitor(url, 'ursula', 'one');
  await ana.row('ursula').waitFor();
  await ana.page.keyboard.press('n');
  await ana.log.getByText('one').waitFor();

  network.misbehave({ refuse: 1 });
  network.cutAll();
  await ana.page.getByText('The connection is lost.').waitFor();
  await ana.composer.fill('written offline');
  await ana.composer.press('Enter');
  await ana.log.locator('article', { hasText: 'written offline' }).getByText('Sending').waitFor();
  await ursula.say('two');
  await ursula.say('three');
  network.behave();
  // It may be back by itself before the button is found.
  const lost = ana.page.getByText('The connection is lost.');
  const tryNow = ana.page.getByRole('button', { name: 'Try now' });
  await Promise.any([tryNow.click(), lost.waitFor({ state: 'detached' })]);
  await ana.log.locator('article', { hasText: 'written offline' }).getByText('Sent').waitFor();
  await lost.waitFor({ state: 'detached' });
  const bubbles = ana.log.locator('article [dir="auto"]');
  await expect
    .poll(() => bubbles.allTextContents())
    .toEqual(['one', 'two', 'three', 'written offline']);
  expect(await said(url, ursula.chatId)).toEqual(['one', 'two', 'three', 'written offline']);

  // What was written also outlives the page in which it was written.
  network.pause('toServer');
  await ana.composer.fill('written and gone');
  await ana.composer.press('Enter');
  await ana.log.locator('article', { hasText: 'written and gone' }).waitFor();
  network.cutAll();
  network.behave();
  await ana.page.reload();
  await ana.log.locator('article', { hasText: 'written and gone' }).getByText('Sent').waitFor();
  expect((await said(url, ursula.chatId)).slice(4)).toEqual(['written and gone']);
});

test('the server is killed and started again while both type: nothing is lost, nothing twice', async () => {
  const dataDir = temporaryDirectory();
  const first = await startServer({ dataDir, env: { PORT: String(await freePort()) } });
  const { url } = first;
  const ana = await desk(url, 'ana');
  const stored = new Map<string, string>();
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  };
  const ursula = connectUser({ url, userId: 'ursula', storage });
  onTestFinished(() => ursula.close());
  const fromUrsula = ['u0'];
  const fromAna: string[] = [];
  await ursula.send('u0');
  await ana.row('ursula').waitFor();
  await ana.page.keyboard.press('n');
  await ana.composer.waitFor();
  const write = async (from: number, to: number) => {
    for (let number = from; number < to; number++) {
      await ana.composer.fill(`a${number}`);
      await ana.composer.press('Enter');
      fromAna.push(`a${number}`);
      await ursula.send(`u${number + 1}`);
      fromUrsula.push(`u${number + 1}`);
    }
  };
  await write(0, 5);
  first.kill('SIGKILL');
  await first.exited;
  await write(5, 10);
  await ana.page.getByText('The connection is lost.').waitFor();
  await startServer({ dataDir, env: { PORT: String(first.port) } });
  await write(10, 12);

  const { chatId } = await until(() => ursula.current.get() ?? undefined, 'the chat');
  const everything = [...fromAna, ...fromUrsula].sort();
  await expect
    .poll(async () => (await said(url, chatId)).sort(), { timeout: 30_000 })
    .toEqual(everything);
  await ana.log
    .locator('article', { has: ana.page.getByText('a11', { exact: true }) })
    .getByText(/Sent|Delivered|Seen/)
    .waitFor();
  const shown = () => ana.log.locator('article [dir="auto"]').allTextContents();
  await expect.poll(async () => (await shown()).at(-1)).toBe((await said(url, chatId)).at(-1));
  // Each side in the order in which it wrote, and the page as the server has it.
  const kept = await said(url, chatId);
  expect(kept.filter((content) => content.startsWith('a'))).toEqual(fromAna);
  expect(kept.filter((content) => content.startsWith('u'))).toEqual(fromUrsula);
  expect(kept.join(' ')).toContain((await shown()).join(' '));
});
