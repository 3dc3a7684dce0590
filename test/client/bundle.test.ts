/** What the SDK costs a visitor's page: bytes, and nothing of the admins' side in them. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { root } from '../support/server.js';

const SERVED = 'virtual:page.js';

/** One module that does what a page would, built as a page's bundler would. */
async function bundle(source: string, external: string[]): Promise<string> {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['source'] },
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === SERVED ? join(root, 'page.js') : undefined),
        load: (id) => (id === join(root, 'page.js') ? source : undefined),
      },
    ],
    build: {
      write: false,
      minify: true,
      target: 'es2022',
      rolldownOptions: { input: SERVED, external },
    },
  });
  const [built] = [result].flat();
  if (!built || !('output' in built)) throw new Error('nothing was built');
  return built.output.map((chunk) => ('code' in chunk ? chunk.code : '')).join('');
}

const gzipped = (code: string) => gzipSync(code, { level: 9 }).length;

const USER = `import { connectUser } from '@chat-server/client'; window.chat = connectUser(window.options);`;

test("the visitor's side is small, and has no admin in it", async () => {
  const own = await bundle(USER, ['socket.io-client']);
  const whole = await bundle(USER, []);
  process.stdout.write(`own ${gzipped(own)}, with socket.io-client ${gzipped(whole)} bytes gzip\n`);
  expect(own).toContain('start_chat');
  for (const word of ['assign_chat', 'admin_message', 'get_overview', 'unassigned_chats']) {
    expect(own).not.toContain(word);
  }
  expect(gzipped(own)).toBeLessThanOrEqual(8 * 1024);
  expect(gzipped(whole)).toBeLessThanOrEqual(21 * 1024);
});
