/** What a newcomer copies from the papers is run, or read against the settings. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig, settings } from '../../src/config.js';
import { cli } from '../support/cli.js';
import { user } from '../support/clients.js';
import { root, startServer } from '../support/server.js';

const read = (page: string) => readFileSync(join(root, page), 'utf8');
const deploying = read('docs/deploy.md');

test('each promise has the number that tests call it by', () => {
  const rows = [...read('README.md').matchAll(/^\| (P\d) \| \S/gm)].map(([, number]) => number);
  const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => read(join('test', name)))
    .join('\n');
  const shown = new Set([...tests.matchAll(/\[(P\d)\]/g)].map(([, number]) => number));
  expect(rows).toEqual([...shown].sort());
});

test('the settings to copy are settings, and close the server to strangers', () => {
  const files = [...deploying.matchAll(/> (?:deploy\/)?\.env <<'END'\n([\s\S]+?)END\n/g)];
  expect(files).toHaveLength(2);
  for (const [, file = ''] of files) {
    const given = parseEnv(file) as Record<string, string>;
    expect(Object.keys(given).filter((name) => !(name in settings))).toEqual([]);
    expect(readConfig(given)).toMatchObject({
      authMode: 'token',
      trustedProxies: 1,
      publicUrl: 'https://chat.example.com',
    });
    expect(deploying).toContain(`reverse_proxy 127.0.0.1:${readConfig(given).port}\n`);
  }
});

test('the service starts what there is, and waits until it has stopped', () => {
  const [, unit = ''] = /```ini\n([\s\S]+?)```/.exec(deploying) ?? [];
  const [, script = ''] = /^ExecStart=\S+ (\S+)$/m.exec(unit) ?? [];
  expect(existsSync(join(root, script))).toBe(true);
  const [, stop] = /STOP_WITHIN = (\d+)/.exec(read('src/process.ts')) ?? [];
  const [, patience] = /^TimeoutStopSec=(\d+)$/m.exec(unit) ?? [];
  expect(Number(patience)).toBeGreaterThan(Number(stop) / 1000);
});

test('npx finds a command that it need not change', () => {
  expect(statSync(join(root, 'scripts/start.mjs')).mode & 0o111).toBe(0o111);
});

test('the backup that is advised is made while the server runs, and is whole', async () => {
  const { url, dataDir, kill, exited } = await startServer();
  const ursula = await user(url, 'ursula');
  await ursula.do('start_chat');
  const [, program = ''] = /exec chat node -e (".+")$/m.exec(deploying) ?? [];
  const command = `node -e ${program.replaceAll('/data/', `${dataDir}/`)}`;
  execFileSync('sh', ['-c', command], { cwd: root });
  // It is not overwritten by the next one.
  expect(() => execFileSync('sh', ['-c', command], { cwd: root, stdio: 'pipe' })).toThrow();
  kill('SIGKILL');
  await exited;
  const [, restore = ''] = /sh -c '(cd \/data && .+ && cat > chat\.db)' < /.exec(deploying) ?? [];
  const input = readFileSync(join(dataDir, 'backup.db'));
  execFileSync('sh', ['-c', restore.replace('/data', dataDir)], { input });
  const { code, stdout } = await cli(['user', 'export', 'ursula'], { dataDir });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ chats: [{}] });
});

test('the bot of the manual answers each chat once and hands it back', async () => {
  const programs = [...read('docs/client.md').matchAll(/```js\n([\s\S]+?)```/g)];
  const [, program = ''] = programs[0] ?? [];
  const { url } = await startServer();
  const path = join(root, `bot-${process.pid}.mjs`);
  writeFileSync(path, program.replace('http://localhost:3000', url));
  onTestFinished(() => rmSync(path));
  const bot = spawn(process.execPath, [path], { cwd: root, stdio: 'inherit' });
  onTestFinished(() => void bot.kill());
  for (const id of ['ursula', 'ulrich']) {
    const visitor = await user(url, id);
    const { chatId } = await visitor.do('start_chat');
    await visitor.next('chat_unassigned');
    const { messages } = await visitor.do('get_messages', { chatId });
    const kinds = messages.map(({ kind }) => kind);
    expect(kinds).toEqual(['assignment', 'message', 'unassignment']);
  }
});
