#!/usr/bin/env node
// Starts the compiled server, building first what is missing or older than its sources, so that
// `npm install && npm start` is all there is to do.
import { existsSync } from 'node:fs';

// An installed package comes built, without the build script.
const builder = new URL('./build.mjs', import.meta.url);
if (existsSync(builder)) (await import(builder.href)).buildIfStale();

const args = process.argv.slice(2);
if (args.length === 0) {
  const { start } = await import('../dist/index.js');
  await start();
} else {
  const { run } = await import('../dist/commands/cli.js');
  process.exitCode = await run(args);
}
