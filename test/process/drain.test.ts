/** Starting and stopping: ready only in between, and nobody loses anything by a restart. */
import { connect as connectTcp } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Message } from '../../src/validations/chat.validation.js';
import { FaultyDisk } from '../faults/disk/disk.js';
import { client, pair, refusal, until, user } from '../support/clients.js';
import { tally, times } from '../support/many.js';
import { request, rest } from '../support/rest.js';
import { freePort, type RunningServer, startServer } from '../support/server.js';
import { expectWithin } from '../support/within.js';

const status = async (url: string, path: string) => {
  const { status: code, data } = await request<{ status: string }>(new URL(path, url));
  return [code, data.status];
};

/** What comes of a new connection: `open`, or why not. */
function newConnection({ port }: RunningServer): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectTcp(port, '127.0.0.1');
    socket.once('connect', () => resolve('open'));
    socket.once('error', ({ code = '' }: NodeJS.ErrnoException) => resolve(code));
    onTestFinished(() => void socket.destroy());
  });
}

/** Half a request: its connection is in use, and stays open when the server takes no new ones. */
async function halfRequest({ port }: RunningServer, path: string) {
  const socket = connectTcp(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString();
  });
  socket.on('error', () => undefined);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\n`);
  await new Promise((resolve) => socket.once('connect', resolve));
  return {
    finish: async () => {
      socket.write('Connection: close\r\n\r\n');
      await new Promise((resolve) => socket.once('close', resolve));
      return answer;
    },
  };
}

test('alive from the start, ready when the database is open', async () => {
  const disk = new FaultyDisk();
  disk.holdSyncs();
  const port = await freePort();
  const starting = startServer({ ...disk, env: { ...disk.env, PORT: String(port) } });
  const url = `http://localhost:${port}`;
  await until(() => status(url, '/healthz').catch(() => false as const), 'the port to be open');
  expect(await status(url, '/healthz')).toEqual([200, 'ok']);
  expect(await status(url, '/readyz')).toEqual([503, 'starting']);
  const early = await rest(url, 'user', 'start_chat', {}, { id: 'ursula' });
  expect([early.status, early.error?.code]).toEqual([503, 'unavailable']);
  const handshake = new URL('/socket.io/?EIO=4&transport=polling&userId=ursula', url);
  expect((await request(handshake)).status).toBe(503);
  // Who comes too early is let in later, without doing anything about it.
  const ursula = client(url, 'user', 'ursula', { reconnectionDelay: 50, reconnectionDelayMax: 50 });
  await refusal(ursula);
  disk.mend();
  await starting;
  expect(await status(url, '/readyz')).toEqual([200, 'ready']);
  await ursula.next('heartbeat');
});

test('[P1] SIGTERM: what was sent is written and acked, new things are refused, exit 0', async () => {
  const disk = new FaultyDisk();
  const server = await startServer(disk);
  const { url, dataDir } = server;
  const { user: ursula, admin: albert, chatId } = await pair(url);
  disk.holdSyncs();
  // The first to arrive is the one that the disk holds; of the others we know by what follows them.
  const posted = rest(url, 'user', 'user_message', { chatId, content: 'posted' }, { id: 'ursula' });
  await until(() => disk.held, 'the first write');
  const sent = times(50, (n) => ursula.ask('user_message', { chatId, content: `${n}` }));
  expect(await ursula.refused('user_message')).toBe('invalid_payload');
  const half = await halfRequest(server, '/readyz');

  const from = Date.now();
  server.kill('SIGTERM');
  await until(() => server.log.some(({ msg }) => msg === 'stopping'), 'the server to be stopping');
  const [ready, late, connection] = await Promise.all([
    half.finish(),
    ursula.refused('user_message', { chatId, content: 'late' }),
    newConnection(server),
  ]);
  disk.mend();
  expect(ready).toMatch(/^HTTP\/1.1 503 [\s\S]*"status":"draining"/);
  expect([late, connection]).toEqual(['unavailable', 'ECONNREFUSED']);
  const answers = await sent;
  expect(tally(answers.map(({ ok }) => String(ok)))).toEqual({ true: 50 });
  expect((await posted).status).toBe(201);
  expect(await server.exited).toBe(0);
  expect(Date.now() - from).toBeLessThan(10_000);
  // The other side has seen all of it before the connection closed.
  expect(albert.all('new_message')).toHaveLength(51);

  const again = await startServer({ dataDir });
  const back = await user(again.url, 'ursula');
  const { messages } = await back.do('get_messages', { chatId, afterSeq: 1, limit: 200 });
  expect(messages).toEqual(albert.all<Message>('new_message'));
});

test('clients go over to the next server on the port by themselves, over either transport', async () => {
  const first = await startServer({ env: { PORT: String(await freePort()) } });
  const { dataDir, port, url } = first;
  const options = { reconnectionDelay: 50, reconnectionDelayMax: 100 };
  const clients = await Promise.all([
    user(url, 'ursula', options),
    user(url, 'viktor', { ...options, transports: ['polling'] }),
    user(url, 'wanda', { ...options, transports: ['polling', 'websocket'] }),
  ]);
  const lost = clients.map(
    ({ socket }) => new Promise((resolve) => socket.once('disconnect', resolve)),
  );
  first.kill('SIGTERM');
  expect(await first.exited).toBe(0);
  await Promise.all(lost);
  await startServer({ dataDir, env: { PORT: String(port) } });
  for (const one of clients) {
    await until(() => one.socket.connected, `${one.id} to be back`);
    await one.do('start_chat');
  }
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s on an idle server: exit 0 at once',
  async (signal) => {
    await expectWithin(5000, async () => {
      const server = await startServer();
      await user(server.url, 'ursula');
      const from = Date.now();
      server.kill(signal);
      expect(await server.exited).toBe(0);
      expect(server.log.map(({ msg }) => msg).slice(-2)).toEqual(['stopping', 'stopped']);
      return Date.now() - from;
    });
  },
);

test('a client that does not read cannot hold up the stop', async () => {
  const server = await startServer();
  const { port } = server;
  const deaf = connectTcp(port, '127.0.0.1');
  deaf.on('error', () => undefined);
  deaf.write(
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost:${port}\r\n` +
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  await new Promise((resolve) => deaf.once('readable', resolve));
  const from = Date.now();
  server.kill('SIGTERM');
  expect(await server.exited).toBe(0);
  expect(Date.now() - from).toBeLessThan(10_000);
  deaf.destroy();
});
