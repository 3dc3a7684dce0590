// Builds everything that `npm start` serves, into `dist/`: the server, the client SDK, the widget
// and the console. Run as a program it builds all, or the targets that are named; with `--stale` only
// what is out of date.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const compiler = join(root, 'node_modules', '.bin', 'tsc');
const vite = join(root, 'node_modules', '.bin', 'vite');

/** What is built, from what, and the stamp that says when. */
const targets = [
  {
    name: 'server',
    sources: ['src', 'package.json', 'tsconfig.json', 'tsconfig.build.json'],
    build: () => tsc('tsconfig.build.json'),
  },
  {
    name: 'client',
    sources: ['packages/client/src', 'packages/client/package.json', 'tsconfig.json'],
    build: () => tsc('packages/client/tsconfig.build.json'),
  },
  {
    name: 'widget',
    sources: ['apps/widget', 'packages/client/src', 'package-lock.json'],
    build: () => {
      const config = join(root, 'apps', 'widget', 'vite.config.ts');
      for (const mode of ['loader', 'panel', 'demo']) {
        run(vite, ['build', '--logLevel', 'warn', '--mode', mode, '--config', config]);
      }
    },
  },
  {
    name: 'console',
    sources: ['apps/console', 'packages/client/src', 'package-lock.json'],
    build: () => run(vite, ['build', '--logLevel', 'warn', join(root, 'apps', 'console')]),
  },
];

function run(command, args) {
  const { status } = spawnSync(command, args, {
    cwd: root,
    // Also when a test runner builds: what it tests is what is served.
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', process.stderr, 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
}

const tsc = (project) => run(compiler, ['-p', project]);

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const stampOf = ({ name }) => join(root, 'dist', `.${name}-built`);

function isStale(target) {
  if (!existsSync(stampOf(target))) return true;
  const sources = target.sources.map((path) => newest(join(root, path)));
  return Math.max(...sources) > statSync(stampOf(target)).mtimeMs;
}

function build(target) {
  // Whatever changes while the build runs makes it stale again.
  const startedAt = new Date();
  target.build();
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stampOf(target), '');
  utimesSync(stampOf(target), startedAt, startedAt);
}

/**
 * An installed package has no sources, and is built already.
 * @param names of the targets; none means all
 */
export function buildIfStale(names = []) {
  if (!existsSync(join(root, 'src'))) return;
  const wanted = targets.filter(({ name }) => names.length === 0 || names.includes(name));
  const stale = wanted.filter(isStale);
  if (stale.length === 0) return;
  if (!existsSync(compiler)) {
    process.stderr.write('The server is not built: run `npm install` first.\n');
    process.exit(1);
  }
  process.stderr.write(`Building ${stale.map(({ name }) => name).join(', ')} …\n`);
  for (const target of stale) build(target);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  if (!args.includes('--stale')) {
    for (const target of targets) rmSync(stampOf(target), { force: true });
  }
  buildIfStale(args.filter((arg) => arg !== '--stale'));
}
