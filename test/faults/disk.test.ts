/** Disks that are full, broken, damaged or taken. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { pair, until, user } from '../support/clients.js';
import { freePort, runToEnd, startServer, temporaryDirectory } from '../support/server.js';
import { Crowd, crowdEnv } from './crowd.js';
import { FaultyDisk, mayMount, type SmallDisk, smallFileSystem } from './disk/disk.js';

// Servers start and end many times; a busy machine needs many times as long.
vi.setConfig({ testTimeout: 120_000 });

const smallDisks: [what: string, make: () => SmallDisk][] = [
  ['a disk that says it is full', () => new FaultyDisk()],
];
if (mayMount()) smallDisks.push(['a file system that is full', smallFileSystem]);

test.each(smallDisks)('%s: nothing is acked, and with room again all goes on', async (_, make) => {
  const disk = make();
  const server = await startServer({ ...disk, env: { ...disk.env, ...crowdEnv } });
  const crowd = new Crowd(server.url);
  for (let time = 0; time < 3; time++) {
    const before = crowd.acked;
    await until(() => crowd.acked > before + 50, 'messages to be acked', 60_000);
    disk.fill();
    const refused = crowd.unavailable;
    await until(() => crowd.unavailable > refused + 20, 'answers of `unavailable`', 60_000);
    disk.free();
  }
  const { broken, histories } = await crowd.reckon();
  expect(broken).toEqual([]);
  expect(histories.reduce((sum, { entries }) => sum + entries.length, 0)).toBeGreaterThan(150);
});

test.each(['sync', 'write'] as const)(
  'a %s that fails ends the process in good order, and the next one has all that was acked',
  async (call) => {
    const disk = new FaultyDisk();
    const env = { ...disk.env, PORT: `${await freePort()}`, ...crowdEnv };
    const server = await startServer({ ...disk, env });
    const crowd = new Crowd(server.url);
    await until(() => crowd.acked > 100, 'messages to be acked', 60_000);
    disk.fail(call, 'EIO');
    expect(await server.exited).toBe(1);
    const told = server.log.find(({ level }) => level === 60 || level === 'fatal');
    expect(told).toMatchObject({ msg: 'the database failed; the process ends to recover' });
    expect(told?.reason).toMatch(/^the disk fails \(SQLITE_IOERR_/);
    disk.mend();
    await startServer({ ...disk, env });
    const before = crowd.acked;
    await until(() => crowd.acked > before + 50, 'messages to be acked again', 60_000);
    expect((await crowd.reckon()).broken).toEqual([]);
  },
);

test('a second server on the same data stops at once and says so; the first goes on', async () => {
  const { url, dataDir } = await startServer();
  const ursula = await user(url, 'ursula');
  const { chatId } = await ursula.do('start_chat');
  const second = await runToEnd({ dataDir });
  expect(second).toEqual({
    code: 1,
    stderr: `Another Chat Server is using ${dataDir}: stop it first, or set another DATA_DIR.\n`,
  });
  const kept = await ursula.do('user_message', { chatId, content: 'still here?' });
  expect((await ursula.do('get_messages', { chatId })).messages).toEqual([kept]);
});

/** A data directory that a server has used. */
async function usedData(): Promise<string> {
  const dataDir = temporaryDirectory();
  const server = await startServer({ dataDir });
  const { user: ursula, chatId } = await pair(server.url);
  for (let n = 0; n < 20; n++) await ursula.do('user_message', { chatId, content: `${n}` });
  server.kill('SIGTERM');
  expect(await server.exited).toBe(0);
  return dataDir;
}

const damages: [what: string, spoil: (dataDir: string) => void, says: RegExp][] = [
  [
    'another file in place of the database',
    (dataDir) => writeFileSync(join(dataDir, 'chat.db'), 'not a database '.repeat(1000)),
    /^\S+\/chat\.db cannot be used: it is damaged, or no database \(SQLITE_NOTADB\)\. Restore a backup\.\n$/,
  ],
  [
    'a database whose pages are overwritten',
    (dataDir) => {
      const path = join(dataDir, 'chat.db');
      const bytes = readFileSync(path);
      writeFileSync(path, bytes.fill(0x55, 100));
    },
    /^\S+\/chat\.db cannot be used: it is damaged, or no database \(SQLITE_CORRUPT\)\. Restore a backup\.\n$/,
  ],
];

test.each(damages)(
  '%s: a line that says so, and the file is left alone',
  async (_, spoil, says) => {
    const dataDir = await usedData();
    spoil(dataDir);
    const before = readFileSync(join(dataDir, 'chat.db'));
    const { code, stderr } = await runToEnd({ dataDir });
    expect(stderr).toMatch(says);
    expect(code).toBe(1);
    expect(readFileSync(join(dataDir, 'chat.db')).equals(before)).toBe(true);
  },
);

test('a data directory that cannot be one: a line that says so', async () => {
  const file = join(temporaryDirectory(), 'file');
  writeFileSync(file, '');
  expect(await runToEnd({ dataDir: file })).toEqual({
    code: 1,
    stderr: `DATA_DIR ${file} cannot be used: EEXIST.\n`,
  });
});

test.each(smallDisks)('%s: a start says so in a line, and with room it starts', async (_, make) => {
  const disk = make();
  disk.fill();
  const { code, stderr } = await runToEnd(disk);
  expect(stderr).toMatch(/^(DATA_DIR )?\S+ cannot be used: .*(the disk is full|ENOSPC).*\.\n$/);
  expect(code).toBe(1);
  disk.free();
  const { url } = await startServer(disk);
  await (await user(url, 'ursula')).do('start_chat');
});
