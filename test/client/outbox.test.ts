/** What a person has written is kept until the server has it, whatever happens to the page. */
import { type ChatTimeline, ClientError } from '@chat-server/client';
import { expect, test } from 'vitest';
import { admin as rawAdmin, user as rawUser, until } from '../support/clients.js';
import { TcpProxy } from '../support/proxy.js';
import { sharedServer, startServer } from '../support/server.js';
import {
  chatting,
  connected,
  currentOf,
  historyOf,
  me,
  newAdmin,
  newUser,
  Storage,
  shown,
} from './support.js';

const server = sharedServer({ env: { RATE_LIMITS: 'off' } });

const contents = async (url: string, chatId: string) =>
  (await historyOf(url, chatId)).filter(({ kind }) => kind === 'message').map((m) => m.content);

const settled = (timeline: ChatTimeline) =>
  until(() => timeline.get().entries.every((entry) => 'seq' in entry), 'the outbox to empty');

/** A port where nobody listens. */
const NOWHERE = 'http://localhost:1';

test('nothing is stored before the first message, and nothing after it has arrived', async () => {
  const { url } = server();
  const storage = new Storage();
  const user = newUser(url, { storage });
  await connected(user);
  user.visitPage({ url: 'https://shop.example/' });
  const timeline = await user.startChat();
  await timeline.open();
  timeline.setTyping(true);
  timeline.markSeen();
  expect(storage.writes).toBe(0);
  await user.send('hello');
  expect(storage.items.size).toBe(1);
  await settled(timeline);
  expect(storage.items.size).toBe(0);
});

test('what was written without a connection is shown, survives a reload, and starts a chat', async () => {
  const { url, port } = server();
  const storage = new Storage();
  const offline = newUser(NOWHERE, { storage });
  await offline.send('one');
  await offline.send('two');
  expect(shown(offline.current.get() as ChatTimeline)).toEqual(['one (sending)', 'two (sending)']);
  offline.close();

  // The same server comes to be reached: the key names server and identity.
  const proxy = await TcpProxy.start(port);
  const [value] = storage.items.values();
  const key = [...storage.items.keys()][0]?.replace(NOWHERE, proxy.url) as string;
  storage.items.clear();
  storage.items.set(key, value as string);
  const user = newUser(proxy.url, { storage });
  expect(shown(user.current.get() as ChatTimeline)).toEqual(['one (sending)', 'two (sending)']);
  const draft = user.current.get() as ChatTimeline;
  const timeline = await currentOf(user);
  expect(timeline).toBe(draft);
  await settled(timeline);
  expect(await contents(url, timeline.chatId)).toEqual(['one', 'two']);
  expect(storage.items.size).toBe(0);
});

test('another identity, or another server, finds nothing in the same storage', async () => {
  const storage = new Storage();
  await newUser(NOWHERE, { storage }).send('for your eyes only');
  const other = newUser(NOWHERE, { storage, userId: 'uwe' });
  const elsewhere = newUser('http://localhost:2', { storage });
  const asAdmin = newAdmin(NOWHERE, { storage, adminId: me.user });
  for (const one of [other, elsewhere]) expect(one.current.get()).toBeNull();
  expect(asAdmin.mine.get()).toEqual([]);
  const again = newUser(NOWHERE, { storage });
  expect(shown(again.current.get() as ChatTimeline)).toEqual(['for your eyes only (sending)']);
});

test('an answer that got lost makes no second message', async () => {
  const { url, port } = server();
  const proxy = await TcpProxy.start(port);
  const { mine, desk } = await chatting(url, proxy.url);
  proxy.pause('toClient');
  const id = mine.send('once');
  await until(async () => (await contents(url, mine.chatId)).length === 1, 'it to be kept');
  expect(shown(mine)).toContain('once (sending)');
  proxy.cutAll();
  proxy.behave();
  await settled(mine);
  await until(() => shown(desk).includes('once'), 'the admin to have it');
  expect(shown(mine)).toEqual(shown(desk));
  await until(() => mine.get().entries.at(-1)?.state === 'delivered', 'the mark');
  expect(mine.get().entries.at(-1)).toMatchObject({ clientMessageId: id });
  expect(await contents(url, mine.chatId)).toEqual(['once']);
});

test('a later message does not overtake one that is tried again', async () => {
  const { url, port } = server();
  const proxy = await TcpProxy.start(port);
  const { mine, chatId } = await chatting(url, proxy.url);
  proxy.pause('toServer');
  const written = Array.from({ length: 10 }, (_, index) => `message ${index}`);
  for (const text of written.slice(0, 5)) mine.send(text);
  proxy.cutAll();
  for (const text of written.slice(5)) mine.send(text);
  proxy.behave();
  await settled(mine);
  expect(await contents(url, chatId)).toEqual(written);
});

test('two pages with one storage show one entry, send one message, and clear it', async () => {
  const { url, port } = server();
  const storage = new Storage();
  const proxy = await TcpProxy.start(port);
  const one = newUser(proxy.url, { storage });
  const other = newUser(proxy.url, { storage });
  const timeline = await one.startChat();
  const same = await currentOf(other);
  await Promise.all([timeline.open(), same.open()]);
  proxy.misbehave({ refuse: 1 });
  proxy.cutAll();
  timeline.send('from one page');
  expect(shown(same)).toEqual(['from one page (sending)']);
  proxy.behave();
  for (const each of [timeline, same]) {
    await settled(each);
    await until(() => shown(each).length === 1, 'the message');
    expect(shown(each)).toEqual(['from one page']);
  }
  expect(storage.items.size).toBe(0);
  expect(await contents(url, timeline.chatId)).toEqual(['from one page']);
});

test('another page goes on to show the first message while it gets its chat', async () => {
  const { url } = server();
  const storage = new Storage();
  const one = newUser(url, { storage });
  const other = newUser(url, { storage });
  await Promise.all([connected(one), connected(other)]);
  await one.send('first');
  const draft = other.current.get() as ChatTimeline;
  const drawn = [shown(draft)];
  draft.subscribe(() => drawn.push(shown(draft)));
  await settled(await currentOf(one));
  await settled(await currentOf(other));
  expect(await currentOf(other)).toBe(draft);
  await until(() => shown(draft).includes('first'), 'the message to be kept');
  expect(drawn.filter((texts) => texts.length === 0)).toEqual([]);
});

test('what a page has written that is gone is sent by another one', async () => {
  const { url } = server();
  const storage = new Storage();
  const other = newUser(url, { storage, timing: { takeOver: 100 } });
  const same = await other.startChat();
  const gone = newUser(url, { storage });
  const timeline = gone.chat(same.chatId);
  timeline.send('last words');
  gone.close();
  await settled(same);
  await until(() => shown(same).includes('last words'), 'the message');
  expect(await contents(url, same.chatId)).toEqual(['last words']);
});

test('two pages that write at the same moment lose nothing', async () => {
  const { url } = server();
  const storage = new Storage();
  const one = newUser(url, { storage });
  const timeline = await one.startChat();
  const id = timeline.send('mine');
  const [key] = [...storage.items.keys()];
  // The other page had read the list before, and writes its own over it.
  storage.items.set(key as string, '[]');
  newUser(url, { storage }).chat(timeline.chatId).send('theirs');
  expect(storage.items.get(key as string)).toContain(id);
  await settled(timeline);
  await until(async () => (await contents(url, timeline.chatId)).length === 2, 'both');
});

test.each([
  ['is full', () => ({ getItem: () => null, setItem: fail, removeItem: fail })],
  ['is forbidden', () => ({ getItem: fail, setItem: fail, removeItem: fail })],
  ['has no JSON in it', () => withGarbage('{')],
  ['has something else in it', () => withGarbage('[null, 7, {"content": 1}, {}]')],
  ['has another form in it', () => withGarbage('{"messages": []}')],
])('a storage that %s loses nothing that was written', async (_how, broken) => {
  const { url, port } = server();
  const proxy = await TcpProxy.start(port);
  proxy.misbehave({ refuse: 1 });
  const user = newUser(proxy.url, { storage: broken() });
  await user.send('one');
  await user.send('two');
  expect(shown(user.current.get() as ChatTimeline)).toEqual(['one (sending)', 'two (sending)']);
  proxy.behave();
  const timeline = await currentOf(user);
  await settled(timeline);
  expect(await contents(url, timeline.chatId)).toEqual(['one', 'two']);
  timeline.send('x'.repeat(8001));
  await until(() => shown(timeline).at(-1)?.includes('failed'), 'the refusal');
});

test('a refusal is final, says why, and can be tried again or given up', async () => {
  const { url } = server();
  const storage = new Storage();
  const user = newUser(url, { storage });
  const timeline = await user.startChat();
  await timeline.open();
  const rival = await rawUser(url, me.user);
  const albert = await rawAdmin(url, me.admin);
  await albert.do('assign_chat', { chatId: timeline.chatId });
  const blank = timeline.send(' ');
  const wellFormed = timeline.send('well-formed');
  await until(() => shown(timeline).includes('well-formed'), 'the next one to pass');
  expect(timeline.get().entries.at(-1)).toMatchObject({
    clientMessageId: blank,
    state: 'failed',
    error: { code: 'invalid_payload', details: ['content must not be blank'] },
  });
  expect(wellFormed).not.toBe(blank);

  // It is there after a reload, still failed, and fails again when it is tried again.
  user.close();
  const again = newUser(url, { storage });
  const reopened = await currentOf(again);
  const failed = () => reopened.get().entries.at(-1);
  expect(failed()).toMatchObject({ state: 'failed' });
  reopened.retry(blank);
  expect(failed()).toMatchObject({ state: 'sending' });
  expect(failed()).not.toHaveProperty('error');
  await until(() => failed()?.state === 'failed', 'the second refusal');
  reopened.discard(blank);
  expect(failed()?.state).not.toBe('failed');
  expect(storage.items.size).toBe(0);
  rival.close();
});

test('what comes too late for its chat goes into the next one when it is tried again', async () => {
  const { url, port } = server();
  const proxy = await TcpProxy.start(port);
  const { user, mine } = await chatting(url, proxy.url);
  proxy.misbehave({ refuse: 1 });
  proxy.cutAll();
  const id = mine.send('one more thing');
  await (await rawUser(url, me.user)).do('end_chat', { chatId: mine.chatId });
  proxy.behave();
  await until(() => mine.get().entries.at(-1)?.state === 'failed', 'the refusal');
  expect(mine.get().entries.at(-1)).toMatchObject({ error: { code: 'chat_ended' } });
  await until(() => mine.get().chat?.status === 'ended', 'the end to be known');
  mine.retry(id);
  const next = await until(() => {
    const timeline = user.current.get();
    return timeline?.chatId && timeline !== mine ? timeline : undefined;
  }, 'the next chat');
  await settled(next);
  expect(await contents(url, next.chatId)).toEqual(['one more thing']);
  expect(shown(mine).join()).not.toContain('one more thing');
});

test('an end waits for what is still on its way', async () => {
  const { url } = server();
  const { mine, chatId } = await chatting(url);
  mine.send('thank you');
  mine.send('good bye');
  await mine.end();
  expect(await contents(url, chatId)).toEqual(['thank you', 'good bye']);
  await mine.end();
});

test('a text that is too long for any frame does not end the connection again and again', async () => {
  const { url } = server();
  const { user, mine } = await chatting(url);
  let lost = 0;
  user.connection.subscribe(() => lost++);
  mine.send('x'.repeat(200_000));
  mine.send('next');
  await until(() => shown(mine).includes('next'), 'the next one');
  expect(mine.get().entries.at(-1)).toMatchObject({ error: { code: 'invalid_payload' } });
  expect(lost).toBe(0);
});

test('who writes too fast for the server is slowed down, and loses nothing', async () => {
  const { url } = await startServer({ env: { EVENTS_PER_SECOND: '4', EVENT_BURST: '4' } });
  const user = newUser(url);
  const told: string[] = [];
  user.on('error', ({ code }) => told.push(code));
  const timeline = await user.startChat();
  const written = Array.from({ length: 12 }, (_, index) => `message ${index}`);
  for (const text of written) timeline.send(text);
  await settled(timeline);
  expect(shown(timeline)).toEqual(written);
  expect(told).toContain('rate_limited');
});

test('an admin who has lost the chat is told with the message', async () => {
  const { url } = server();
  const { admin, desk } = await chatting(url);
  await admin.unassignChat(desk.chatId);
  const id = desk.send('am I still here?');
  await until(() => desk.get().entries.at(-1)?.state === 'failed', 'the refusal');
  expect(desk.get().entries.at(-1)).toMatchObject({
    clientMessageId: id,
    error: { code: 'forbidden' },
  });
  await expect(admin.unassignChat(desk.chatId)).rejects.toThrow(ClientError);
});

test('forget() leaves nothing behind', async () => {
  const storage = new Storage();
  const user = newUser(NOWHERE, { storage });
  await user.send('private');
  user.forget();
  expect(storage.items.size).toBe(0);
  expect(user.connection.get().status).toBe('closed');
});

function fail(): never {
  throw new Error('QuotaExceededError');
}

function withGarbage(garbage: string) {
  const storage = new Storage();
  const { getItem } = storage;
  storage.getItem = (key) => getItem.call(storage, key) ?? garbage;
  return storage;
}
