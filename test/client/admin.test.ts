/** The agent's side: the queue, one's own chats, and who looks at what. */
import { expect, test } from 'vitest';
import type { Chat } from '../../src/validations/chat.validation.js';
import { admin as rawAdmin, user as rawUser, until } from '../support/clients.js';
import { times } from '../support/many.js';
import { TcpProxy } from '../support/proxy.js';
import { startServer } from '../support/server.js';
import { chatting, connected, me, newAdmin, newUser, shown } from './support.js';

async function wait(url: string, count: number, name = 'visitor') {
  const users = [];
  for (let index = 0; index < count; index++) {
    const one = await rawUser(url, `${name}-${index}`);
    const { chatId } = await one.do('start_chat');
    users.push({ one, chatId });
  }
  return users;
}

test('the queue has what waits, oldest first, and follows what comes and goes', async () => {
  const { url } = await startServer();
  const before = await wait(url, 3, 'early');
  const admin = newAdmin(url);
  const ids = () => admin.queue.get().chats.map(({ chatId }) => chatId);
  await until(() => admin.queue.get().complete, 'the queue');
  expect(ids()).toEqual(before.map(({ chatId }) => chatId));

  const [late] = await wait(url, 1, 'late');
  await until(() => ids().length === 4, 'the new one');
  expect(ids().at(-1)).toBe(late?.chatId);
  const [first, second, third] = before;
  const rival = await rawAdmin(url, 'berta');
  await rival.do('assign_chat', { chatId: first?.chatId });
  await second?.one.do('end_chat', { chatId: second.chatId });
  await until(() => ids().length === 2, 'two to leave');
  await rival.do('unassign_chat', { chatId: first?.chatId });
  await until(() => ids().length === 3, 'one to come back');
  expect(ids()).toEqual([first?.chatId, third?.chatId, late?.chatId]);
});

test('a long queue is read page by page, and what left while one was away is not in it', async () => {
  const { url, port } = await startServer({ env: { RATE_LIMITS: 'off' } });
  const proxy = await TcpProxy.start(port);
  const chatIds: string[] = [];
  const start = async (name: string) => {
    const answer = await fetch(`${url}/api/v1/user/chats?userId=${name}`, { method: 'POST' });
    chatIds.push(((await answer.json()) as Chat).chatId);
  };
  // No more at once than a server takes.
  await times(20, async (line) => {
    for (let index = 0; index < 55; index++) await start(`u-${line}-${index}`);
  });
  const admin = newAdmin(proxy.url);
  const sizes = new Set<number>();
  admin.queue.subscribe(() => sizes.add(admin.queue.get().chats.length));
  await until(() => admin.queue.get().complete, 'the queue');
  expect([...sizes]).toEqual([500, 1000, 1100]);
  proxy.misbehave({ refuse: 1 });
  proxy.cutAll();
  const rival = await rawAdmin(url, 'berta');
  const taken = chatIds.slice(0, 10);
  for (const chatId of taken) await rival.do('assign_chat', { chatId });
  expect(admin.queue.get().chats).toHaveLength(1100);
  proxy.behave();
  await until(() => admin.queue.get().chats.length === 1090, 'the queue to shrink');
  const left = admin.queue.get().chats.map(({ chatId }) => chatId);
  expect(left.filter((chatId) => taken.includes(chatId))).toEqual([]);
}, 90_000);

test('of two who take a chat one is told who was faster', async () => {
  const { url } = await startServer();
  const [waiting] = await wait(url, 1);
  const chatId = waiting?.chatId as string;
  const admins = [me.admin, 'berta'].map((adminId) => newAdmin(url, { adminId }));
  await Promise.all(admins.map(connected));
  const outcomes = await Promise.allSettled(admins.map((admin) => admin.assignChat(chatId)));
  const lost = outcomes.filter(({ status }) => status === 'rejected');
  expect(lost).toMatchObject([{ reason: { code: 'already_assigned' } }]);
  await until(() => admins.every(({ queue }) => queue.get().chats.length === 0), 'both queues');
  expect(admins.flatMap((admin) => admin.mine.get())).toHaveLength(1);
});

test('one’s own chats are the same in every window, with their marks', async () => {
  const { url } = await startServer();
  const one = newAdmin(url);
  const { mine, desk, chatId } = await chatting(url);
  await until(() => one.mine.get().length === 1, 'the other window');
  mine.send('hello');
  const unread = () => {
    const chat = one.mine.get()[0];
    return chat && chat.lastSeq - chat.marks.admin.seenSeq;
  };
  await until(() => unread() === 1, 'it to be unread');
  await until(() => desk.get().unread === 1, 'the message');
  desk.markSeen();
  await until(() => unread() === 0, 'it to be seen in the other window');
  expect(one.chat(chatId).get().unread).toBe(0);
  await mine.end();
  await until(() => one.mine.get().length === 0, 'it to be over');
});

test('what a visitor wrote while the chat waited is there, and is no news', async () => {
  const { url } = await startServer();
  const stock = await rawUser(url, me.user);
  const { chatId } = await stock.do('start_chat');
  const admin = newAdmin(url);
  await until(() => admin.queue.get().chats.length === 1, 'the chat');
  for (const content of ['one', 'two']) await stock.do('user_message', { chatId, content });
  const news: string[] = [];
  admin.on('message', ({ content }) => news.push(content));
  const preview = admin.chat(chatId);
  expect(preview.get().chat?.status).toBe('unassigned');
  await preview.open();
  expect(shown(preview)).toEqual(['one', 'two']);
  const desk = await admin.assignChat(chatId);
  expect(desk).toBe(preview);
  await until(() => shown(desk).includes('[assignment]'), 'the assignment');
  await stock.do('user_message', { chatId, content: 'three' });
  await until(() => shown(desk).includes('three'), 'the next message');
  expect(news).toEqual(['three']);
});

test('a window that is not looking takes part as well', async () => {
  const { url } = await startServer();
  const stock = await rawUser(url, me.user);
  const { chatId } = await stock.do('start_chat');
  await stock.do('user_message', { chatId, content: 'before' });
  const other = newAdmin(url);
  await until(() => other.queue.get().complete, 'the queue');
  const news: string[] = [];
  other.on('message', ({ content }) => news.push(content));
  await newAdmin(url).assignChat(chatId);
  await stock.do('user_message', { chatId, content: 'after' });
  await until(() => news.length > 0, 'the news');
  expect(news).toEqual(['after']);
  expect(other.mine.get()).toMatchObject([{ chatId, adminId: me.admin, status: 'assigned' }]);
});

test('a supervisor sees every chat, follows one live, and knows who else looks', async () => {
  const { url, port } = await startServer();
  const proxy = await TcpProxy.start(port);
  const { admin, mine, desk, chatId } = await chatting(url);
  const boss = newAdmin(proxy.url, { adminId: 'boss', role: 'supervisor' });
  await expect(admin.getAllChats()).rejects.toMatchObject({ code: 'forbidden' });
  const { chats } = await boss.getAllChats({ status: 'open' });
  expect(chats).toMatchObject([{ chatId, adminId: me.admin }]);
  const watched = boss.chat(chatId);
  await watched.open();
  expect(watched.get().chat?.userId).toBe(me.user);
  await admin.lookAtChat(chatId);
  await boss.lookAtChat(chatId);
  expect(boss.viewers.get()?.adminIds.sort()).toEqual([me.admin, 'boss']);
  await until(() => admin.viewers.get()?.adminIds.length === 2, 'the other one to know');
  mine.send('anybody there?');
  await until(() => shown(watched).includes('anybody there?'), 'the message, live');

  // After a new connection it goes on, with what was said meanwhile.
  const end = watched.subscribe(() => undefined);
  proxy.misbehave({ refuse: 1 });
  proxy.cutAll();
  await until(() => boss.connection.get().status === 'reconnecting', 'the loss');
  mine.send('hello?');
  await until(() => shown(desk).includes('hello?'), 'the message');
  proxy.behave();
  await connected(boss);
  await until(() => shown(watched).includes('hello?'), 'what was missed');
  end();
  await until(() => admin.viewers.get()?.adminIds.length === 2, 'both again');
  desk.send('yes');
  await until(() => shown(watched).includes('yes'), 'the answer, live');
  await boss.lookAtChat(null);
  expect(boss.viewers.get()).toBeNull();
  await until(() => admin.viewers.get()?.adminIds.length === 1, 'one to be left');
});

test('where the user is, is told to the admin of the chat', async () => {
  const { url, port } = await startServer();
  const proxy = await TcpProxy.start(port);
  const user = newUser(proxy.url);
  user.visitPage({ url: 'https://shop.example/tea', title: 'Tea' });
  const { chatId } = await user.startChat();
  const admin = newAdmin(url);
  const presence = admin.userPresence(me.user);
  expect(presence.get()).toBeNull();
  await admin.assignChat(chatId);
  // Asked for after some time each: there is a limit of events.
  const onTea = { online: true, page: { title: 'Tea' } };
  await expect.poll(() => admin.getUserPresence(chatId), { interval: 200 }).toMatchObject(onTea);
  expect(presence.get()).toMatchObject(onTea);
  user.visitPage({ url: 'https://shop.example/coffee', title: 'Coffee' });
  await until(() => presence.get()?.page?.title === 'Coffee', 'the next page');
  proxy.misbehave({ refuse: 1 });
  proxy.cutAll();
  await until(() => presence.get()?.online === false, 'the user to be away');
  proxy.behave();
  await until(() => presence.get()?.page?.title === 'Coffee', 'the user to be back there');
});

test('whether support is there is told to users', async () => {
  const { url } = await startServer();
  const user = newUser(url);
  await connected(user);
  expect(user.supportOnline.get()).toBe(false);
  const admin = newAdmin(url);
  await until(() => user.supportOnline.get(), 'support to come');
  expect(await admin.getOverview()).toMatchObject({ waiting: 0, active: 0 });
  admin.close();
  await until(() => !user.supportOnline.get(), 'support to go');
});
