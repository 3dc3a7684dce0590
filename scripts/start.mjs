#!/usr/bin/env node
// Starts the compiled server, compiling it first when it is missing or older than its sources, so
// that `npm install && npm start` is all there is to do.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const compiler = join(root, 'node_modules', '.bin', 'tsc');
const built = join(root, 'dist', 'index.js');

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function isStale() {
  if (!existsSync(built)) return true;
  if (!existsSync(join(root, 'src')) || !existsSync(compiler)) return false;
  const sources = ['src', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];
  const newestSource = Math.max(...sources.map((name) => newest(join(root, name))));
  return newestSource > statSync(built).mtimeMs;
}

if (isStale()) {
  if (!existsSync(compiler)) {
    process.stderr.write('The server is not built: run `npm install` first.\n');
    process.exit(1);
  }
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

const args = process.argv.slice(2);
if (args.length === 0) {
  const { start } = await import('../dist/index.js');
  await start();
} else {
  const { run } = await import('../dist/cli.js');
  process.exitCode = await run(args);
}
