/** Nothing hangs, also when the disk does. */
import { expect, test } from 'vitest';
import { ANSWER_WITHIN } from '../../src/socket_handler/handle.js';
import type { Message } from '../../src/validations/chat.validation.js';
import { FaultyDisk } from '../faults/disk/disk.js';
import { pair } from '../support/clients.js';
import { rest } from '../support/rest.js';
import { startServer } from '../support/server.js';

test('[P7] while the disk hangs every event is answered within the bound, and what was sent is not lost', async () => {
  const disk = new FaultyDisk();
  const { url } = await startServer(disk);
  const { user: ursula, admin: albert, chatId } = await pair(url);
  disk.holdSyncs();
  const from = Date.now();
  const message = { chatId, content: 'slow', clientMessageId: 'k' };
  const writing = ursula.ask('user_message', message);
  // It has arrived, and the disk has been asked, when what was sent after it is answered.
  expect(await ursula.refused('user_message')).toBe('invalid_payload');
  const absent = chatId.replace(/^./, (digit) => (digit === 'f' ? 'e' : 'f'));
  const [asked, read, posted] = await Promise.all([
    writing,
    albert.ask('get_messages', { chatId }),
    rest(url, 'user', 'end_chat', { chatId: absent }, { id: ursula.id }),
  ]);
  const took = Date.now() - from;
  for (const answer of [asked, read]) {
    expect(answer).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  }
  expect([posted.status, posted.error?.code]).toEqual([503, 'unavailable']);
  expect(took).toBeGreaterThanOrEqual(ANSWER_WITHIN - 100);
  expect(took).toBeLessThan(ANSWER_WITHIN + 15_000);
  const told = await ursula.next('error', ({ code }) => code === 'unavailable');
  expect(told).toMatchObject({ event: 'user_message' });

  // `unavailable` means: send it again with the same key. The first one was written after all.
  disk.mend();
  const arrived = await albert.next<Message>('new_message');
  expect(await ursula.do('user_message', message)).toEqual(arrived);
  await albert.caughtUp();
  expect(albert.all('new_message')).toEqual([arrived]);
});
