// Compiles on every change and restarts the server with what was compiled.
import { spawn } from 'node:child_process';
import { buildIfStale } from './build.mjs';

const run = (command, args) => spawn(command, args, { stdio: 'inherit' });

buildIfStale();
const children = [
  run('node_modules/.bin/tsc', ['-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput']),
  run(process.execPath, ['--watch', '--watch-preserve-output', 'dist/index.js']),
];
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of children) child.kill(signal);
  });
}
