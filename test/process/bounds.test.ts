/** Nothing hangs, also when the disk does. */
import { expect, test } from 'vitest';
import { ANSWER_WITHIN } from '../../src/socket_handler/handle.js';
import type { Message } from '../../src/validations/chat.validation.js';
import { pair } from '../support/clients.js';
import { rest } from '../support/rest.js';
import { startServer } from '../support/server.js';
import { stallDisk, stallingEntry } from '../support/stalling.js';

test('[P7] while the disk hangs every event is answered within the bound, and what was sent is not lost', async () => {
  const { url, dataDir } = await startServer({ entry: stallingEntry });
  const { user: ursula, admin: albert, chatId } = await pair(url);
  const goOn = stallDisk(dataDir);
  const from = Date.now();
  const message = { chatId, content: 'slow', clientMessageId: 'k' };
  const [asked, read, posted] = await Promise.all([
    ursula.ask('user_message', message),
    albert.ask('get_messages', { chatId }),
    rest(url, 'user', 'end_chat', { chatId: chatId.replace(/^./, 'f') }, { id: ursula.id }),
  ]);
  const took = Date.now() - from;
  for (const answer of [asked, read]) {
    expect(answer).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  }
  expect([posted.status, posted.error?.code]).toEqual([503, 'unavailable']);
  expect(took).toBeGreaterThanOrEqual(ANSWER_WITHIN - 100);
  expect(took).toBeLessThan(ANSWER_WITHIN + 4000);
  expect(await ursula.next('error')).toMatchObject({ code: 'unavailable', event: 'user_message' });

  // `unavailable` means: send it again with the same key. The first one was written after all.
  goOn();
  const arrived = await albert.next<Message>('new_message');
  expect(await ursula.do('user_message', message)).toEqual(arrived);
  await albert.caughtUp();
  expect(albert.all('new_message')).toEqual([arrived]);
});
