/** The package as somebody gets it who installs it, and the manual's program run with it. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { root, startServer, temporaryDirectory } from '../support/server.js';

/** What the package says it needs is there as npm would put it; nothing else of ours is. */
const NEEDED = ['socket.io-client', 'react', '@types/react', 'csstype'];

/** A fresh directory with the packed package in it. */
function install(): string {
  const directory = temporaryDirectory();
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', directory], {
      cwd: join(root, 'packages', 'client'),
      encoding: 'utf8',
    }),
  ) as { filename: string }[];
  const modules = join(directory, 'node_modules');
  const home = join(modules, '@chat-server', 'client');
  mkdirSync(home, { recursive: true });
  const archive = join(directory, packed?.filename as string);
  execFileSync('tar', ['-xzf', archive, '-C', home, '--strip-components=1']);
  for (const name of NEEDED) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  writeFileSync(join(directory, 'package.json'), '{"type": "module"}');
  return directory;
}

function compile(directory: string, options: object): void {
  const compilerOptions = {
    target: 'ES2022',
    module: 'NodeNext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    types: [],
    ...options,
  };
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  const compiler = join(root, 'node_modules', '.bin', 'tsc');
  execFileSync(compiler, ['-p', directory], { stdio: ['ignore', 'inherit', 'inherit'] });
}

const manual = readFileSync(join(root, 'docs', 'client.md'), 'utf8');
const blockOf = (language: string) => {
  const [, program] = new RegExp(`\`\`\`${language}\n([\\s\\S]+?)\`\`\``).exec(manual) ?? [];
  if (!program) throw new Error(`the manual has no ${language}`);
  return program;
};

test('the packed package compiles strictly, and its manual’s program holds a chat', async () => {
  const directory = install();
  const { url } = await startServer();
  const program = blockOf('ts').replace('http://localhost:3000', url);
  writeFileSync(join(directory, 'chat.ts'), program);
  compile(directory, { lib: ['ES2022', 'DOM'] });

  const child = spawn(process.execPath, [join(directory, 'chat.js')]);
  onTestFinished(() => void child.kill());
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  // It ends by itself: nothing of the SDK keeps a process that has closed its clients.
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(output.split('\n')).toEqual([
    "[ 'Is it blue?' ]",
    'albert: It is.',
    'ursula: Thank you!',
    '',
  ]);
  expect(code).toBe(0);
}, 180_000);

test('the hooks of the packed package compile as the manual uses them', () => {
  const directory = install();
  writeFileSync(join(directory, 'Chat.tsx'), blockOf('tsx'));
  compile(directory, { lib: ['ES2022', 'DOM'], jsx: 'react-jsx', noEmit: true });
}, 180_000);
