/** The SDK's two sides against a real server: what a person does, and what they see. */
import { connectAdmin, connectUser } from '@chat-server/client';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../support/clients.js';
import { startServer } from '../support/server.js';

test('a visitor writes, an admin takes the chat and answers, and both see the same', async () => {
  const { url } = await startServer();
  const admin = connectAdmin({ url, adminId: 'albert' });
  const user = connectUser({ url, userId: 'ursula' });
  onTestFinished(() => {
    user.close();
    admin.close();
  });
  const heard: string[] = [];
  user.on('message', ({ content }) => heard.push(content));

  await user.send('Is it blue?');
  // The chat waits in the queue before the message is kept.
  const isKept = () =>
    user.current
      .get()
      ?.get()
      .entries.some((entry) => 'seq' in entry);
  await until(isKept, 'the message to be kept');
  const [waiting] = await until(() => {
    const { chats } = admin.queue.get();
    return chats.length > 0 && chats;
  }, 'the chat in the queue');
  const desk = await admin.assignChat(waiting?.chatId as string);
  await desk.open();
  expect(admin.queue.get().chats).toEqual([]);
  expect(admin.mine.get()).toMatchObject([{ userId: 'ursula', adminId: 'albert' }]);
  desk.send('It is.');
  const chat = await until(() => user.current.get() ?? undefined, 'the chat of the user');
  await chat.open();
  await until(() => heard.length === 1, 'the answer');
  chat.markSeen();
  await until(() => {
    const last = desk.get().entries.at(-1);
    return last && 'seq' in last && last.state === 'seen';
  }, 'the admin to know that it was seen');
  expect(chat.get().entries.map((entry) => entry.content)).toEqual(['Is it blue?', '', 'It is.']);
  await chat.end();
  for (const one of [chat, desk]) {
    await until(() => one.get().chat?.status === 'ended', 'the end');
    await until(() => one.get().entries.length === 4, 'the entry of the end');
  }
  const plain = (timeline: typeof chat) =>
    timeline.get().entries.map((entry) => ({ ...entry, state: undefined }));
  expect(plain(chat)).toEqual(plain(desk));
});
