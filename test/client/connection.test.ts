/** The way to the server: refused for good, lost for a while, or dead without a word. */
import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { until } from '../support/clients.js';
import { TcpProxy } from '../support/proxy.js';
import { startServer, temporaryDirectory } from '../support/server.js';
import { chatting, connected, me, newAdmin, newUser, shown } from './support.js';

const SECRET = 'a secret of at least thirty-two characters';
const tokens = { env: { AUTH_MODE: 'token', JWT_SECRET: SECRET } };

const sign = (sub: string, role: string, seconds = 60) =>
  new SignJWT({ role })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(sub)
    .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
    .sign(new TextEncoder().encode(SECRET));

test('a refusal is final and says why; with another token it can be tried again', async () => {
  const { url } = await startServer(tokens);
  const statuses: string[] = [];
  let token = '';
  const user = newUser(url, { token: () => token });
  user.connection.subscribe(() => statuses.push(user.connection.get().status));
  await until(() => user.connection.get().status === 'refused', 'the refusal');
  expect(user.connection.get().error).toMatchObject({ code: 'unauthorized' });
  await expect(user.startChat()).rejects.toMatchObject({ code: 'unauthorized' });
  await expect(user.chat(crypto.randomUUID()).end()).rejects.toMatchObject({
    code: 'unauthorized',
  });
  expect(statuses).toEqual(['refused']);

  token = await sign(me.user, 'user');
  await user.send('kept while refused');
  user.reconnect();
  await connected(user);
  await until(() => user.current.get()?.get().entries[0]?.state === 'sent', 'the message');
});

test.each([
  ['of another identity', () => sign('uwe', 'user'), 'unauthorized'],
  ['of another role', () => sign(me.user, 'admin'), 'forbidden'],
])('a token %s is refused', async (_whose, token, code) => {
  const { url } = await startServer(tokens);
  const right = newUser(url, { token: await sign(me.user, 'user') });
  await connected(right);
  const wrong = newUser(url, { token: await token() });
  await until(() => wrong.connection.get().status === 'refused', 'the refusal');
  expect(wrong.connection.get().error?.code).toBe(code);
});

test('who connects too often is told so, and waits', async () => {
  const { url } = await startServer({ env: { CONNECTS_PER_MINUTE: '10' } });
  const first = newUser(url);
  await connected(first);
  const second = newUser(url);
  await until(() => second.connection.get().error !== null, 'the refusal');
  expect(second.connection.get()).toMatchObject({
    status: 'connecting',
    error: { code: 'rate_limited', retryAfter: expect.any(Number) },
  });
});

test('a token that expires is asked for again, and nothing is lost meanwhile', async () => {
  const { url } = await startServer(tokens);
  let asked = 0;
  const token = () => sign(me.user, 'user', ++asked === 1 ? 5 : 60);
  const user = newUser(url, { token });
  const told: unknown[] = [];
  user.on('error', (error) => told.push(error));
  const timeline = await user.startChat();
  await until(() => user.connection.get().status === 'reconnecting', 'the end of the session');
  timeline.send('meanwhile');
  await connected(user);
  await until(() => shown(timeline).includes('meanwhile'), 'the message');
  expect(asked).toBe(2);
  expect(told).toMatchObject([{ code: 'unauthorized', event: null }]);
});

test('a token that cannot be had is asked for again', async () => {
  const { url } = await startServer(tokens);
  let asked = 0;
  const user = newUser(url, {
    token: async () => {
      if (++asked < 3) throw new Error('the site is down');
      return sign(me.user, 'user');
    },
  });
  await until(() => user.connection.get().error !== null, 'the first failure');
  expect(user.connection.get()).toMatchObject({
    status: 'connecting',
    error: { code: 'unavailable' },
  });
  await connected(user);
  expect(asked).toBe(3);
});

test('it waits for a server that is not there yet, and comes back to one that was restarted', async () => {
  const dataDir = temporaryDirectory();
  const first = await startServer({ dataDir });
  const proxy = await TcpProxy.start(first.port);
  first.kill('SIGTERM');
  await first.exited;
  const user = newUser(proxy.url);
  const started = user.startChat();
  await until(() => user.connection.get().error !== null, 'a failure');
  expect(user.connection.get().status).toBe('connecting');
  const second = await startServer({ dataDir });
  proxy.retarget(second.port);
  const timeline = await started;
  second.kill('SIGKILL');
  await until(() => user.connection.get().status === 'reconnecting', 'the loss');
  timeline.send('are you back?');
  proxy.retarget((await startServer({ dataDir })).port);
  await until(() => shown(timeline).includes('are you back?'), 'the message');
}, 90_000);

test('a connection that is dead without a word is given up after the time for an answer', async () => {
  const { url, port } = await startServer();
  const proxy = await TcpProxy.start(port);
  const user = newUser(proxy.url, { timing: { answer: 1500, retryMin: 30, retryMax: 100 } });
  const timeline = await user.startChat();
  proxy.misbehave({ swallow: 1 });
  timeline.send('into the void');
  await until(() => proxy.done.swallowed > 0, 'it to be swallowed');
  proxy.misbehave({});
  await until(() => shown(timeline).includes('into the void'), 'the message');
  expect(url).not.toBe(proxy.url);
});

test('what a person does is refused soon where there is no connection', async () => {
  const admin = newAdmin('http://localhost:1', { timing: { answer: 200 } });
  await expect(admin.assignChat(crypto.randomUUID())).rejects.toMatchObject({
    code: 'unavailable',
  });
});

test('close() ends everything that waits', async () => {
  const user = newUser('http://localhost:1');
  const waiting = [user.startChat(), user.getChats(), user.chat(crypto.randomUUID()).open()];
  user.close();
  for (const each of waiting) await expect(each).rejects.toMatchObject({ code: 'unavailable' });
  expect(user.connection.get().status).toBe('closed');
  user.reconnect();
  expect(user.connection.get().status).toBe('closed');
});

test('refusals are told, with the event that was refused', async () => {
  const { url } = await startServer();
  const { admin, chatId } = await chatting(url);
  const rival = newAdmin(url, { adminId: 'berta' });
  const told: unknown[] = [];
  rival.on('error', ({ code, event }) => told.push([code, event]));
  await expect(rival.assignChat(chatId)).rejects.toMatchObject({
    name: 'ClientError',
    code: 'already_assigned',
    message: 'Another admin has taken this chat.',
  });
  await until(() => told.length > 0, 'the refusal');
  expect(told).toEqual([['already_assigned', 'assign_chat']]);
  expect(admin.mine.get()).toHaveLength(1);
});
