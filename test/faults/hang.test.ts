/** A disk that hangs: a sync that has begun does not end. */
import { expect, test, vi } from 'vitest';
import { pair, until } from '../support/clients.js';
import { startServer } from '../support/server.js';
import { FaultyDisk } from './disk/disk.js';

// Servers start and end many times; a busy machine needs many times as long.
vi.setConfig({ testTimeout: 120_000 });

test('[P1] no ack and no new_message leaves before the message is synced', async () => {
  const disk = new FaultyDisk();
  const { url } = await startServer(disk);
  const { user: ursula, admin: albert, chatId } = await pair(url);
  disk.holdSyncs();
  let acked = false;
  const ack = ursula.do('user_message', { chatId, content: 'Is it kept?' }).then((message) => {
    acked = true;
    return message;
  });
  await until(() => disk.held, 'the sync to begin');
  // What left before these answers would have arrived before them.
  await ursula.refused('start_chat', 'nonsense');
  await albert.refused('assign_chat', 'nonsense');
  expect(acked).toBe(false);
  expect([...ursula.all('new_message'), ...albert.all('new_message')]).toEqual([]);
  disk.mend();
  const message = await ack;
  expect(await albert.next('new_message')).toEqual(message);
});

test('[P7] a message that waits for the disk is answered in time, and kept once all the same', async () => {
  const disk = new FaultyDisk();
  const { url } = await startServer(disk);
  const { user: ursula, admin: albert, chatId } = await pair(url);
  const message = { chatId, content: 'Is it kept?', clientMessageId: 'key-1' };
  disk.holdSyncs();
  expect(await ursula.refused('user_message', message)).toBe('unavailable');
  disk.mend();
  const kept = await ursula.do('user_message', message);
  expect(await albert.next('new_message')).toEqual(kept);
  const { messages } = await ursula.do('get_messages', { chatId });
  expect(messages.filter(({ kind }) => kind === 'message')).toEqual([kept]);
});

test.each([
  ['is told once, ends within ten seconds', 1],
  ['is told twice, ends at once', 2],
])('[P7] a server whose disk hangs, and that %s', async (_, signals) => {
  const disk = new FaultyDisk();
  const server = await startServer(disk);
  const { user: ursula, chatId } = await pair(server.url);
  disk.holdSyncs();
  ursula.socket.emit('user_message', { chatId, content: 'Does it hang?' });
  await until(() => disk.held, 'the sync to begin');
  const told = Date.now();
  for (let n = 1; n <= signals; n++) {
    server.kill('SIGTERM');
    if (n === 1) await until(() => server.log.find(({ msg }) => msg === 'stopping'), 'the stop');
  }
  expect(await server.exited).toBe('SIGKILL');
  // Nine seconds and one; and what a busy machine adds.
  expect(Date.now() - told).toBeLessThan(signals === 1 ? 15_000 : 8000);
});
