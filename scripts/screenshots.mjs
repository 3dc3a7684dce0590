// Takes the pictures of the README, into docs/screenshots/: every module in scripts/screenshots/ takes
// some, of a server of its own with fresh data.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { buildIfStale } from './build.mjs';
import { CHROMIUM_ARGS, findChromium } from './chromium.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const pictures = join(root, 'docs', 'screenshots');
const takers = join(root, 'scripts', 'screenshots');
/** The README is read on telephones too. In bytes. */
const LARGEST = 100 * 1024;

async function startServer() {
  const dataDir = mkdtempSync(join(tmpdir(), 'chat-server-pictures-'));
  const env = { ...process.env, PORT: '0', DATA_DIR: dataDir, LOG_FORMAT: 'json' };
  const child = spawn(process.execPath, [join(root, 'dist', 'index.js')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { url } = JSON.parse(line);
    if (!url) continue;
    const stop = () =>
      new Promise((resolve) => {
        child.once('exit', () => {
          rmSync(dataDir, { recursive: true, force: true });
          resolve();
        });
        child.kill();
      });
    return { url, stop };
  }
  throw new Error('the server has ended');
}

/** @param page a page as it is to be seen @param name of the file, without its ending */
async function shoot(page, name) {
  const path = join(pictures, `${name}.png`);
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
  const { size } = statSync(path);
  process.stdout.write(`${name}.png ${Math.round(size / 1024)} KB\n`);
  if (size > LARGEST) process.exitCode = 1;
}

buildIfStale();
mkdirSync(pictures, { recursive: true });
const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS });
try {
  for (const name of readdirSync(takers)) {
    const { takePictures } = await import(join(takers, name));
    const server = await startServer();
    try {
      await takePictures({ browser, url: server.url, shoot });
    } finally {
      await server.stop();
    }
  }
} finally {
  await browser.close();
}
