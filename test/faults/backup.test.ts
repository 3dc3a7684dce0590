/** The backup that the papers advise, made as they say, while everybody talks. */
import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { until } from '../support/clients.js';
import { root, startServer, temporaryDirectory } from '../support/server.js';
import { readHistories } from './auditor.js';
import { Crowd, crowdEnv } from './crowd.js';
import { brokenPromises } from './promises.js';

// Servers start and end many times; a busy machine needs many times as long.
vi.setConfig({ testTimeout: 120_000 });

test('a backup under load has all that was acked before it, and starts', async () => {
  const page = readFileSync(join(root, 'docs', 'settings.md'), 'utf8');
  const [, command] = /```sh\n(sqlite3 data\/chat\.db .+)\n```/.exec(page) ?? [];
  if (!command) throw new Error('the papers name no backup');
  const { url, dataDir } = await startServer({ env: crowdEnv });
  const crowd = new Crowd(url);
  await until(() => crowd.acked > 200, 'messages to be acked', 60_000);
  const before = crowd.records.flatMap(({ sent }) => sent.flatMap(({ acks }) => acks));
  const restored = temporaryDirectory();
  execFileSync('sh', ['-c', command.replace('data/chat.db', join(dataDir, 'chat.db'))], {
    cwd: restored,
    timeout: 20_000,
  });
  expect((await crowd.reckon()).broken).toEqual([]);

  renameSync(join(restored, 'chat-backup.db'), join(restored, 'chat.db'));
  const histories = await readHistories((await startServer({ dataDir: restored })).url);
  const kept = new Map(histories.flatMap(({ entries }) => entries.map((e) => [e.messageId, e])));
  expect(
    before.filter((message) => kept.get(message.messageId)?.content !== message.content),
  ).toEqual([]);
  // What came later is not in it; what is in it has no gap.
  const timelines = brokenPromises([], histories).filter((broken) => /^\[P[35]\]/.test(broken));
  expect(timelines).toEqual([]);
});
