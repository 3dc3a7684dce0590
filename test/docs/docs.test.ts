/** The papers say what the code does: printed where possible, compared where not. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../support/clients.js';
import { root, startServer } from '../support/server.js';

const read = (page: string) => readFileSync(join(root, page), 'utf8');

test('what is printed from code is what the code says', () => {
  execFileSync(process.execPath, ['scripts/print-docs.mjs', '--check'], { cwd: root });
});

test.each(['ARCHITECTURE.md', 'SECURITY.md', 'CONTRIBUTING.md'])(
  'every path that %s names exists',
  (page) => {
    const named = read(page).match(/`(?:src|test|scripts|docs|\.ci)\/[^`\s]*`/g) ?? [];
    const paths = named.map((path) => path.slice(1, -1));
    expect(paths.length).toBeGreaterThan(1);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  },
);

const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'), 'utf8')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

test('links between the papers lead somewhere', () => {
  const links = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!http)([^)#]+)/g)].map(([, to]) =>
      join(root, page, '..', `${to}`),
    ),
  );
  expect(links.filter((link) => !existsSync(link))).toEqual([]);
});

test('the client of the README is twenty lines or so, and chats', async () => {
  const [, program] = /```js\n([\s\S]+?)```/.exec(read('README.md')) ?? [];
  if (!program) throw new Error('the README has no client');
  expect(program.split('\n').filter(Boolean).length).toBeLessThanOrEqual(20);
  const { url } = await startServer();
  const path = join(root, `chat-${process.pid}.mjs`);
  writeFileSync(path, program.replace('http://localhost:3000', url));
  onTestFinished(() => rmSync(path));

  const run = (side: string, id: string) => {
    const child = spawn(process.execPath, [path, side, id], { cwd: root });
    onTestFinished(() => void child.kill());
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    return { say: (line: string) => child.stdin.write(`${line}\n`), heard: () => output };
  };
  const ursula = run('user', 'ursula');
  const albert = run('admin', 'albert');
  // Until the admin has the chat, what they type is refused; they try again as a person would.
  let tries = 0;
  await until(() => {
    const answers = albert.heard().match(/^(!|albert:) /gm)?.length ?? 0;
    if (answers === tries) {
      albert.say('Can I help?');
      tries++;
    }
    return ursula.heard().includes('albert: Can I help?');
  }, 'the admin to be heard');
  ursula.say('Is it blue?');
  await until(() => albert.heard().includes('ursula: Is it blue?'), 'the user to be heard');
  ursula.say('/end');
  await until(() => albert.heard().includes('* ended by ursula'), 'the end');
});
