/** A timeline shows every entry once and in order, whatever gets lost on the way. */
import { ChatTimeline, type TimelineState } from '@chat-server/client';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Message } from '../../src/validations/chat.validation.js';
import { admin as rawAdmin, user as rawUser, until } from '../support/clients.js';
import { times } from '../support/many.js';
import { TcpProxy } from '../support/proxy.js';
import { sharedServer } from '../support/server.js';
import {
  asHistory,
  chatting,
  connected,
  currentOf,
  historyOf,
  me,
  newAdmin,
  newUser,
  shown,
} from './support.js';

const server = sharedServer({ env: { HEARTBEAT_SECONDS: '1', RATE_LIMITS: 'off' } });

/** Sockets deliver at most once: these entries get lost on their way to a timeline. */
function lose(lost: (entry: Message) => boolean): void {
  const { receive } = ChatTimeline.prototype;
  const spy = vi.spyOn(ChatTimeline.prototype, 'receive').mockImplementation(function (
    this: ChatTimeline,
    entry,
  ) {
    if (!lost(entry as Message)) receive.call(this, entry);
  });
  onTestFinished(() => spy.mockRestore());
}

/** Every state that a timeline goes through shows rising, gapless numbers. */
function watch(timeline: ChatTimeline): void {
  const numbers = ({ entries }: TimelineState) =>
    entries.flatMap((entry) => ('seq' in entry ? [entry.seq] : []));
  const end = timeline.subscribe(() => {
    const seqs = numbers(timeline.get());
    expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] as number) + index));
  });
  onTestFinished(end);
}

test('a gap is held back and filled', async () => {
  const { url } = server();
  const { mine, desk, chatId } = await chatting(url);
  watch(mine);
  lose(({ content, senderRole }) => senderRole === 'admin' && /^lost/.test(content));
  for (const text of ['first', 'lost 1', 'lost 2', 'last']) desk.send(text);
  await until(() => shown(mine).includes('last'), 'the last one');
  expect(shown(mine)).toEqual(['[assignment]', 'first', 'lost 1', 'lost 2', 'last']);
  expect(asHistory(mine)).toEqual(await historyOf(url, chatId));
});

test('a lost tail is found by the heartbeat, and is news like everything else', async () => {
  const { url } = server();
  const { user, mine, desk } = await chatting(url);
  const heard: string[] = [];
  user.on('message', ({ content }) => heard.push(content));
  lose(({ senderRole }) => senderRole === 'admin');
  desk.send('lost 1');
  desk.send('lost 2');
  await until(() => shown(mine).includes('lost 2'), 'the tail');
  expect(heard).toEqual(['lost 1', 'lost 2']);
});

test('each message of the other side is news once: live, filled, or sent twice', async () => {
  const { url, port } = server();
  const proxy = await TcpProxy.start(port);
  const user = newUser(proxy.url);
  const admin = newAdmin(url);
  const mine = await user.startChat();
  const heard: string[] = [];
  user.on('message', ({ content }, timeline) => {
    expect(timeline).toBe(mine);
    heard.push(content);
  });
  const desk = await admin.assignChat(mine.chatId);
  desk.send('live');
  await until(() => heard.length === 1, 'the first');
  proxy.misbehave({ refuse: 1 });
  proxy.cutAll();
  const missed = ['while away 1', 'while away 2'];
  for (const text of missed) desk.send(text);
  await until(() => missed.every((text) => shown(desk).includes(text)), 'them to be sent');
  proxy.behave();
  await until(() => heard.length === 3, 'what came meanwhile');
  mine.send('mine');
  await mine.open();
  await mine.loadOlder();
  desk.send('live again');
  await until(() => heard.length === 4, 'the last');
  expect(heard).toEqual(['live', ...missed, 'live again']);
});

test('what was there before is history, and no news', async () => {
  const { url } = server();
  const { admin, desk, user, chatId } = await chatting(url);
  desk.send('before');
  await until(() => shown(desk).includes('before'), 'the message');
  user.close();
  const again = newUser(url);
  const news: string[] = [];
  again.on('message', ({ content }) => news.push(content));
  const timeline = await currentOf(again);
  expect(timeline.get()).toMatchObject({ hasOlder: true, unread: 2 });
  await timeline.open();
  expect(timeline.get()).toMatchObject({ hasOlder: false, unread: 1 });
  admin.chat(chatId).send('after');
  await until(() => news.length > 0, 'the news');
  expect(news).toEqual(['after']);
});

test('own messages go from sending to sent, delivered and seen, on both sides', async () => {
  const { url } = server();
  const user = newUser(url, { timing: { marks: 50 } });
  const mine = await user.startChat();
  await mine.open();
  const states: string[] = [];
  mine.subscribe(() => {
    const state = mine.get().entries.find((entry) => entry.content === 'hello')?.state;
    if (state && state !== states.at(-1)) states.push(state);
  });
  mine.send('hello');
  await until(() => states.at(-1) === 'sent', 'it to be sent');
  const admin = newAdmin(url);
  const desk = await admin.assignChat(mine.chatId);
  await desk.open();
  desk.send('yes?');
  await until(() => states.at(-1) === 'seen', 'it to be seen');
  const answer = () => desk.get().entries.find((entry) => entry.content === 'yes?')?.state;
  await until(() => answer() === 'delivered', 'the answer to be delivered');
  expect(mine.get().unread).toBe(1);
  mine.markSeen();
  expect(mine.get().unread).toBe(0);
  await until(() => answer() === 'seen', 'the answer to be seen');
  expect(states[0]).toBe('sending');
});

test('marks are sent together, not one by one', async () => {
  const { url } = server();
  const user = newUser(url, { timing: { marks: 500 } });
  const mine = await user.startChat();
  await mine.open();
  const { chatId } = mine;
  const albert = await rawAdmin(url, me.admin);
  await albert.do('assign_chat', { chatId });
  const send = (index: number) => albert.do('admin_message', { chatId, content: `${index}` });
  await times(20, send);
  await until(() => shown(mine).length === 21, 'the messages');
  mine.markSeen();
  const marks = () => albert.all('messages_marked').filter(({ side }) => side === 'user');
  await until(() => marks().at(-1)?.seenSeq === 21, 'the marks');
  expect(marks().length).toBeLessThan(5);
});

test('marks that could not be sent are sent when there is a connection again', async () => {
  const { url, port } = server();
  const proxy = await TcpProxy.start(port);
  const user = newUser(proxy.url);
  const mine = await user.startChat();
  await mine.open();
  const desk = await newAdmin(url).assignChat(mine.chatId);
  desk.send('read this');
  await until(() => shown(mine).includes('read this'), 'the message');
  proxy.misbehave({ refuse: 1 });
  proxy.cutAll();
  await until(() => user.connection.get().status === 'reconnecting', 'the loss');
  mine.markSeen();
  proxy.behave();
  await until(() => desk.get().entries.at(-1)?.state === 'seen', 'the mark');
});

test('history is loaded page by page, while new messages arrive', async () => {
  const { url } = server();
  const stock = await rawUser(url, me.user);
  const { chatId } = await stock.do('start_chat');
  for (let count = 1; count <= 180; count++) {
    await stock.do('user_message', { chatId, content: `old ${count}` });
  }
  const user = newUser(url);
  const timeline = await currentOf(user);
  watch(timeline);
  await timeline.open();
  expect(timeline.get().entries).toHaveLength(50);
  expect(timeline.get()).toMatchObject({ hasOlder: true, loading: false });
  let live = 0;
  while (timeline.get().hasOlder) {
    const loaded = timeline.loadOlder();
    expect(timeline.loadOlder()).toBe(loaded);
    expect(timeline.get().loading).toBe(true);
    timeline.send(`live ${++live}`);
    await loaded;
  }
  await until(() => shown(timeline).at(-1) === `live ${live}`, 'the last live one');
  expect(asHistory(timeline)).toEqual(await historyOf(url, chatId));
  expect(timeline.get().entries).toHaveLength(180 + live);
});

test('after a long time away the newest are loaded, not everything between', async () => {
  const { url, port } = server();
  const proxy = await TcpProxy.start(port);
  const user = newUser(proxy.url);
  const timeline = await user.startChat();
  await timeline.open();
  const stock = await rawUser(url, me.user);
  const { chatId } = timeline;
  const send = (content: string) => stock.do('user_message', { chatId, content });
  await send('before');
  await until(() => shown(timeline).length === 1, 'the first');
  proxy.misbehave({ refuse: 1 });
  proxy.cutAll();
  await Promise.all(Array.from({ length: 600 }, (_, index) => send(`away ${index}`)));
  proxy.behave();
  await until(() => timeline.get().chat?.lastSeq === 601, 'the head');
  await until(() => (timeline.get().entries.at(-1) as Message | undefined)?.seq === 601, 'the end');
  expect(timeline.get().entries.length).toBeLessThanOrEqual(100);
  while (timeline.get().hasOlder) await timeline.loadOlder();
  expect(asHistory(timeline)).toEqual(await historyOf(url, chatId));
});

test('a timeline nobody looks at keeps only its newest entries', async () => {
  const { url } = server();
  const user = newUser(url);
  const timeline = await user.startChat();
  const stock = await rawUser(url, me.user);
  const { chatId } = timeline;
  const all = Array.from({ length: 250 }, (_, index) =>
    stock.do('user_message', { chatId, content: `${index}` }),
  );
  await Promise.all(all);
  await until(() => shown(timeline).at(-1) === '249', 'the last');
  expect(timeline.get().entries).toHaveLength(200);
  expect(timeline.get().hasOlder).toBe(true);
  await timeline.open();
  while (timeline.get().hasOlder) await timeline.loadOlder();
  expect(asHistory(timeline)).toEqual(await historyOf(url, chatId));
});

test('every kind of entry is what the history says, on both sides', async () => {
  const { url } = server();
  const { admin, user, mine, desk, chatId } = await chatting(url);
  desk.send('one moment');
  await until(() => shown(mine).includes('one moment'), 'the message');
  await admin.unassignChat(chatId);
  await until(() => shown(mine).at(-1) === '[unassignment]', 'the unassignment');
  expect(mine.get().chat).toMatchObject({ status: 'unassigned', adminId: null });
  await admin.assignChat(chatId);
  // A supervisor with the id of the user ends it: the id alone does not tell who it was.
  const boss = newAdmin(url, { adminId: user.selfId, role: 'supervisor' });
  await boss.chat(chatId).end();
  for (const timeline of [mine, desk]) {
    await until(() => shown(timeline).at(-1) === '[end]', 'the end');
    expect(timeline.get().chat).toMatchObject({ status: 'ended', endedBy: user.selfId });
    expect(asHistory(timeline)).toEqual(await historyOf(url, chatId));
  }
  const { chats } = await user.getChats();
  expect(mine.get().chat).toEqual(chats[0]);
});

test('a chat that ended while one was away is found ended', async () => {
  const { url, port } = server();
  const proxy = await TcpProxy.start(port);
  const { admin, mine, desk, chatId } = await chatting(url, proxy.url);
  proxy.misbehave({ refuse: 1 });
  proxy.cutAll();
  const stock = await rawUser(url, me.user);
  await stock.do('user_message', { chatId, content: 'never mind' });
  await stock.do('end_chat', { chatId });
  const { chatId: next } = await stock.do('start_chat');
  proxy.behave();
  for (const timeline of [mine, desk]) {
    await until(() => shown(timeline).at(-1) === '[end]', 'the end');
    expect(shown(timeline).at(-2)).toBe('never mind');
    expect(timeline.get().chat?.status).toBe('ended');
  }
  expect(admin.mine.get()).toEqual([]);
  const queued = () => admin.queue.get().chats.some((chat) => chat.chatId === next);
  await until(queued, 'the next chat in the queue');
});

test('a chat that went to another admin while one was away is gone', async () => {
  const { url, port } = server();
  const proxy = await TcpProxy.start(port);
  const { admin, desk, chatId } = await chatting(url, proxy.url);
  const boss = await rawAdmin(url, 'boss', { query: { adminId: 'boss', role: 'supervisor' } });
  proxy.misbehave({ refuse: 1 });
  proxy.cutAll();
  await boss.do('unassign_chat', { chatId });
  await boss.do('assign_chat', { chatId });
  await boss.do('admin_message', { chatId, content: 'I take this' });
  proxy.behave();
  await until(() => desk.get().gone, 'the loss to be known');
  expect(admin.mine.get()).toEqual([]);
  desk.send('still me');
  await until(() => desk.get().entries.at(-1)?.state === 'failed', 'the refusal');
  expect(shown(desk)).not.toContain('I take this');
});

test('typing is shown, with what is typed, and passes by itself or with the message', async () => {
  const { url } = server();
  const timing = { typingFor: 400, typingEvery: 100 };
  const user = newUser(url, { timing });
  const admin = newAdmin(url, { timing });
  const mine = await user.startChat();
  await admin.assignChat(mine.chatId);
  const desk = admin.chat(mine.chatId);
  await until(() => mine.get().chat?.adminId === me.admin, 'the assignment');
  mine.setTyping(true, 'I wou');
  await until(() => desk.get().typing?.preview === 'I wou', 'the first sign');
  expect(desk.get().typing).toEqual({ senderId: me.user, preview: 'I wou' });
  mine.setTyping(true, 'I would');
  mine.setTyping(true, 'I would like');
  await until(() => desk.get().typing?.preview === 'I would like', 'the last sign');
  await until(() => desk.get().typing === null, 'it to pass');
  mine.setTyping(true);
  await until(() => desk.get().typing !== null, 'the sign');
  mine.setTyping(false);
  await until(() => desk.get().typing === null, 'the stop');
  mine.setTyping(true);
  await until(() => desk.get().typing !== null, 'the sign');
  mine.send('I would like tea');
  await until(() => shown(desk).includes('I would like tea'), 'the message');
  expect(desk.get().typing).toBeNull();
});

test('signs of typing are few, and none is sent where it would be refused', async () => {
  const { url } = server();
  const { user, mine, chatId } = await chatting(url);
  const watcher = await rawAdmin(url, me.admin);
  const refused: unknown[] = [];
  user.on('error', (error) => refused.push(error));
  for (let count = 0; count < 100; count++) mine.setTyping(true, `${count}`);
  mine.setTyping(false);
  await until(() => watcher.all('typing').some(({ typing }) => !typing), 'the stop');
  expect(watcher.all('typing')).toHaveLength(2);
  await mine.end();
  mine.setTyping(true);
  mine.send('too late');
  await until(() => refused.length > 0, 'the refusal');
  expect(refused).toMatchObject([{ code: 'chat_ended', event: 'user_message' }]);
  expect((await historyOf(url, chatId)).at(-1)?.kind).toBe('end');
});

test('a snapshot is the same object until something changes', async () => {
  const { url } = server();
  const { user, mine, desk } = await chatting(url);
  const before = mine.get();
  expect(mine.get()).toBe(before);
  desk.send('change');
  await until(() => mine.get() !== before, 'a change');
  const [assignment] = before.entries;
  expect(mine.get().entries[0]).toBe(assignment);
  expect(before.entries).toHaveLength(1);
  expect(user.chat(mine.chatId)).toBe(mine);
});

test('a listener that throws disturbs nobody else', async () => {
  const { url } = server();
  const { user, mine, desk } = await chatting(url);
  const thrown: unknown[] = [];
  const previous = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => thrown.push(error));
  onTestFinished(() => {
    process.removeAllListeners('uncaughtException');
    for (const listener of previous) process.on('uncaughtException', listener);
  });
  const end = user.on('message', () => {
    throw new Error('a mistake in the page');
  });
  const heard: string[] = [];
  user.on('message', ({ content }) => heard.push(content));
  desk.send('one');
  await until(() => heard.length === 1, 'the other listener');
  await until(() => thrown.length === 1, 'the mistake to be reported');
  end();
  desk.send('two');
  await until(() => shown(mine).includes('two'), 'the next');
  expect(heard).toEqual(['one', 'two']);
  expect(thrown).toHaveLength(1);
});

test('a chat opened by its id alone works like any other', async () => {
  const { url } = server();
  const { user, desk, chatId } = await chatting(url);
  desk.send('hello');
  await until(() => shown(desk).includes('hello'), 'the message');
  user.close();
  const again = newUser(url);
  const timeline = again.chat(chatId);
  const opened = timeline.open();
  expect(timeline.get().loading).toBe(true);
  await opened;
  expect(shown(timeline)).toEqual(['[assignment]', 'hello']);
  await connected(again);
  await expect(again.chat(crypto.randomUUID()).open()).rejects.toMatchObject({
    code: 'chat_not_found',
  });
});
