/** What an erasure takes away leaves the page before which it happens. */
import { expect, test } from 'vitest';
import { until } from '../support/clients.js';
import { startServer } from '../support/server.js';
import { chatting, currentOf, me, newAdmin, newUser, shown } from './support.js';

test('a user is erased: what they wrote leaves the page, and their name', async () => {
  const { url } = await startServer();
  const { user, desk, mine, chatId } = await chatting(url);
  mine.send('My name is Ursula');
  await until(() => shown(desk).includes('My name is Ursula'), 'the message');
  const address = `${url}/api/v1/users/${me.user}/erase?adminId=sue&role=supervisor`;
  expect((await fetch(address, { method: 'POST' })).status).toBe(200);
  await until(() => desk.get().chat?.userId.startsWith('erased_'), 'the name to be gone');
  await until(() => shown(desk).length === 3, 'what is left');
  expect(shown(desk)).toEqual(['[assignment]', '', '[end]']);
  expect(desk.get().entries[1]).toMatchObject({ erasedAt: expect.any(String), seq: 2 });
  expect(desk.chatId).toBe(chatId);
  user.close();
});

test('a page that was read before an erasure and comes after it is not shown', async () => {
  const { url } = await startServer();
  const user = newUser(url);
  const { chatId } = await user.startChat();
  const mine = await currentOf(user);
  mine.send('My name is Ursula');
  await until(() => mine.get().entries.some((entry) => 'seq' in entry), 'the message');
  const admin = newAdmin(url);
  const desk = await admin.assignChat(chatId);
  await mine.end();
  await until(() => desk.get().chat?.status === 'ended', 'the end');
  await admin.lookAtChat(chatId);
  const { link } = admin as unknown as {
    link: { request: (...all: unknown[]) => Promise<unknown> };
  };
  const { request } = link;
  const first = { asked: false, read: false, told: false };
  link.request = async (event, ...rest) => {
    if (event !== 'get_messages') return request(event, ...rest);
    // The first page is on its way until the timeline knows of the erasure, and is the first to come.
    if (first.asked) {
      await until(() => first.told, 'the first page');
      return request(event, ...rest);
    }
    first.asked = true;
    const page = await request(event, ...rest);
    first.read = true;
    await until(() => desk.get().chat?.userId.startsWith('erased_'), 'the erasure to be known');
    first.told = true;
    return page;
  };
  const opening = desk.open();
  await until(() => first.read, 'the page to be read');
  const address = `${url}/api/v1/users/${me.user}/erase?adminId=sue&role=supervisor`;
  expect((await fetch(address, { method: 'POST' })).status).toBe(200);
  await opening;
  await until(() => shown(desk).length === 3, 'what is left');
  expect(shown(desk)).toEqual(['', '[assignment]', '[end]']);
});
