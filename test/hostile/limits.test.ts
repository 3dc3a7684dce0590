/** Limits, and that they are kind: who is told to wait is told how long, and nobody else notices. */
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { admin, client, pair, refusal, until, user } from '../support/clients.js';
import { tally, times } from '../support/many.js';
import { post, rest } from '../support/rest.js';
import { runToEnd, sharedServer, startServer } from '../support/server.js';
import { addressOf, claim, openWire } from './wire.js';

const proxied = sharedServer({
  env: {
    AUTH_MODE: 'open',
    TRUSTED_PROXIES: '1',
    EVENTS_PER_SECOND: '2',
    EVENT_BURST: '30',
    CHATS_PER_HOUR: '3',
    REQUESTS_PER_MINUTE: '50',
    CONNECTS_PER_MINUTE: '40',
  },
});

const from = (address: string) => ({ 'X-Forwarded-For': address });

test('a paste of 20 quick messages is no attack', async () => {
  const { url } = await startServer();
  const { user: ursula, admin: albert, chatId } = await pair(url);
  const pasted = Array.from({ length: 20 }, (_, number) => `line ${number}`);
  await Promise.all(pasted.map((content) => ursula.do('user_message', { chatId, content })));
  await until(() => albert.all('new_message').length === 20, 'all 20');
  expect(ursula.all('error')).toEqual([]);
});

test('who is told to wait can go on after that, and not before', async () => {
  const { url } = proxied();
  const one = await user(url, 'hasty', { extraHeaders: from('192.0.2.1') });
  const answers = await times(60, () => one.ask('get_chats'));
  const refused = answers.flatMap((answer) => (answer.ok ? [] : [answer.error]));
  expect(refused.length).toBeGreaterThanOrEqual(25);
  const { retryAfter = 0 } = refused.at(-1) ?? {};
  expect(refused.at(-1)).toMatchObject({ code: 'rate_limited', retryAfter: 1 });
  await until(() => one.all('error').length === refused.length, 'the errors');
  expect(one.all('error')[0]).toMatchObject({ retryAfter: 1, event: 'get_chats' });
  await new Promise((resolve) => setTimeout(resolve, retryAfter * 1000));
  await one.do('get_chats');
});

test('the allowance is of the identity: over all its connections, and over HTTP', async () => {
  const { url } = proxied();
  const headers = from('192.0.2.2');
  const [one, other] = await Promise.all(
    [1, 2].map(() => user(url, 'twofold', { extraHeaders: headers })),
  );
  await times(40, () => one?.ask('get_chats') as Promise<unknown>);
  // A moment gives a part of it back, so that the first of several may pass.
  const bySocket = await times(10, () => other?.ask('get_chats') as Promise<unknown>);
  expect(bySocket.at(-1)).toMatchObject({ ok: false, error: { code: 'rate_limited' } });
  const byRest = await times(10, () =>
    rest(url, 'user', 'get_chats', {}, { id: 'twofold', headers }),
  );
  const refused = byRest.find(({ status }) => status === 429);
  expect(refused?.error).toMatchObject({ code: 'rate_limited', retryAfter: 1 });
  expect(refused?.headers.get('retry-after')).toBe('1');
});

test('a hundred identities at one address share what ten may do', async () => {
  const { url } = proxied();
  const ids = Array.from({ length: 30 }, (_, number) => `crowd-${number}`);
  const crowd = await Promise.all(
    ids.map((id) => user(url, id, { extraHeaders: from('192.0.2.3') })),
  );
  const answers = await Promise.all(
    crowd.flatMap((one) => Array.from({ length: 25 }, () => one.ask('get_chats'))),
  );
  const counts = tally(answers.map((answer) => (answer.ok ? 'ok' : answer.error.code)));
  expect(counts.ok).toBeGreaterThanOrEqual(300);
  expect(counts.ok).toBeLessThan(750);
  const stranger = await user(url, 'stranger', { extraHeaders: from('192.0.2.4') });
  await stranger.do('get_chats');
});

test('chats are started so many an hour; asking again for the open one is free', async () => {
  const { url } = proxied();
  const one = await user(url, 'starter', { extraHeaders: from('192.0.2.5') });
  for (let chat = 0; chat < 3; chat++) {
    const { chatId } = await one.do('start_chat');
    for (let again = 0; again < 3; again++) await one.do('start_chat');
    await one.do('end_chat', { chatId });
  }
  const answer = await one.ask('start_chat');
  expect(answer).toMatchObject({ ok: false, error: { code: 'rate_limited' } });
  if (!answer.ok) expect(answer.error.retryAfter).toBeGreaterThan(3000);
});

test('a chat that ends while the next is asked for opens no way around that', async () => {
  const { url } = proxied();
  const one = await user(url, 'slipping', { extraHeaders: from('192.0.2.15') });
  const started = new Set<string>();
  let current = await one.do('start_chat');
  for (let round = 0; round < 8; round++) {
    started.add(current.chatId);
    const [next] = await Promise.all([
      one.ask('start_chat'),
      one.ask('end_chat', { chatId: current.chatId }),
    ]);
    const again = await one.ask('start_chat');
    if (!again.ok) expect(again.error.code).toBe('rate_limited');
    current = again.ok ? again.data : next.ok ? next.data : current;
  }
  expect(started.size).toBeLessThanOrEqual(3);
});

test('requests, identities for visitors and connects are counted by address', async () => {
  const { url } = proxied();
  const headers = from('192.0.2.6');
  const statuses = await times(60, async () => {
    const { status } = await post(url, '/api/v1/visitors', {}, headers);
    return String(status);
  });
  // 30 identities an hour, 50 requests a minute.
  expect(tally(statuses)).toEqual({ 201: 30, 429: 30 });
  const late = await rest(url, 'user', 'get_chats', {}, { id: 'late', headers });
  expect(late).toMatchObject({ status: 429, error: { code: 'rate_limited' } });
  expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);

  const handshakes = await times(50, async () => {
    const response = await fetch(addressOf(url, 'polling', {}), { headers: from('192.0.2.7') });
    if (response.status === 429) expect(response.headers.get('retry-after')).toMatch(/^[1-9]/);
    return String(response.status);
  });
  expect(tally(handshakes)).toEqual({ 200: 40, 429: 10 });
});

test('an identity that connects too often is told when to come back', async () => {
  const { url } = proxied();
  const options = { query: claim('user', 'restless'), extraHeaders: from('192.0.2.8') };
  for (let time = 0; time < 4; time++) (await user(url, 'restless', options)).close();
  const { data } = await refusal(client(url, 'user', 'restless', options));
  expect(data?.code).toBe('rate_limited');
  expect(data?.retryAfter).toBeGreaterThan(0);
});

test('only as many proxies are believed as there are', async () => {
  const { url } = proxied();
  const spend = (header: string) =>
    times(60, () => rest(url, 'user', 'get_chats', {}, { id: 'x', headers: from(header) }));
  // What the client wrote stands on the left; the proxy's own view is on the right.
  await spend('10.0.0.1, 192.0.2.9');
  const forged = { id: 'forger', headers: from('10.9.9.9, 192.0.2.9') };
  expect((await rest(url, 'user', 'get_chats', {}, forged)).status).toBe(429);
  const other = { id: 'other', headers: from('192.0.2.9, 192.0.2.10') };
  expect((await rest(url, 'user', 'get_chats', {}, other)).status).toBe(200);

  // Without proxies the header is no more than a claim, and the log says that one came.
  const direct = await startServer({ env: { AUTH_MODE: 'token', REQUESTS_PER_MINUTE: '5' } });
  for (const address of ['1', '2', '3', '4', '5', '6'].map((last) => `10.0.0.${last}`)) {
    await rest(direct.url, 'user', 'get_chats', {}, { id: 'x', headers: from(address) });
  }
  const caller = { id: 'x', headers: from('10.0.0.7') };
  expect((await rest(direct.url, 'user', 'get_chats', {}, caller)).status).toBe(429);
  const hints = direct.log.filter(({ msg }) => String(msg).includes('TRUSTED_PROXIES'));
  expect(hints.length).toBe(1);
});

test('headers and bodies that never end are cut off', async () => {
  const { port } = proxied();
  const began = Date.now();
  const beginnings = [
    'GET / HTTP/1.1\r\nHost: localhost\r\nx-slow: ',
    'POST /api/v1/visitors HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
    '',
  ];
  await Promise.all(beginnings.map((beginning) => cutOff(port, beginning)));
  expect(Date.now() - began).toBeLessThan(40_000);
});

/** Fulfils when the server has ended the connection. */
function cutOff(port: number, beginning: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(beginning));
    // One byte a second keeps it busy, and does not finish it.
    const drip = setInterval(() => beginning && socket.write('a'), 1000);
    onTestFinished(() => void socket.destroy());
    socket.resume();
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(drip);
      resolve();
    });
  });
}

test('a connection that is reset in the middle of its handshake harms nobody', async () => {
  const { url, port } = proxied();
  const upgrade = (id: number) =>
    `GET /socket.io/?EIO=4&transport=websocket&userId=x HTTP/1.1\r\nHost: localhost\r\n` +
    `X-Forwarded-For: 192.0.2.${20 + (id % 10)}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
  await times(100, (id) => {
    return new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(upgrade(id), () => socket.resetAndDestroy());
      });
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
    });
  });
  await user(url, 'unharmed', { extraHeaders: from('192.0.2.40') });
  // Places that were held by them are free again.
  const places = await Promise.all(
    [1, 2, 3].map(() => openWire(url, 'websocket', { headers: from('192.0.2.21') })),
  );
  for (const place of places) place.end();
});

test('connections that ask for nothing are counted by address too', async () => {
  const { port, url } = await startServer({ env: { CONNECTIONS_PER_ADDRESS: '10' } });
  const idle = await times(150, () => {
    return new Promise<Socket>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket));
      onTestFinished(() => void socket.destroy());
      socket.on('error', () => undefined);
      socket.resume();
    });
  });
  await until(() => idle.filter(({ closed }) => closed).length >= 40, 'those beyond 110 to end');
  for (const socket of idle) socket.destroy();
  await until(async () => (await fetch(`${url}/healthz`).catch(() => null))?.ok, 'room again');
});

test('RATE_LIMITS=off lifts them all, and is refused where others can connect', async () => {
  const { url } = await startServer({
    env: {
      RATE_LIMITS: 'off',
      EVENT_BURST: '5',
      EVENTS_PER_SECOND: '1',
      CONNECTS_PER_MINUTE: '5',
      CHATS_PER_HOUR: '1',
    },
  });
  const many = await times(10, () => user(url, 'free'));
  await Promise.all(many.flatMap((one) => Array.from({ length: 50 }, () => one.do('get_chats'))));
  const albert = await admin(url, 'albert');
  for (let chat = 0; chat < 3; chat++) {
    const { chatId } = await (many[0] as (typeof many)[0]).do('start_chat');
    await albert.do('assign_chat', { chatId });
    await albert.do('end_chat', { chatId });
  }
  const exposed = await runToEnd({ env: { RATE_LIMITS: 'off', HOST: '0.0.0.0' } });
  expect(exposed).toMatchObject({ code: 1, stderr: expect.stringContaining('RATE_LIMITS') });
});
