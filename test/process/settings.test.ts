/** A start that cannot be: one readable line for each reason, and exit 1. */

import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { client, connect, refusal } from '../support/clients.js';
import { runToEnd, startServer, temporaryDirectory } from '../support/server.js';

test('each wrong setting is a line of its own', async () => {
  const env = { PORT: 'http', AUTH_MODE: 'closed', FRONTEND_URL: 'shop.example', LOG_LEVEL: 'all' };
  const { code, stderr } = await runToEnd({ env });
  expect(code).toBe(1);
  expect(stderr).toBe(
    [
      'PORT must be a whole number from 0 to 65535.',
      "FRONTEND_URL has 'shop.example', which is not an origin: write https://shop.example, with commas between several.",
      'AUTH_MODE must be one of: open, token.',
      'LOG_LEVEL must be one of: debug, info, warn, error, silent.',
      '',
    ].join('\n'),
  );
});

test('what no setting is called in `.env` is told, and what was meant', async () => {
  const cwd = temporaryDirectory();
  const lines = ['FRONTEND_URLS=https://shop.example', 'CORS=1', 'NODE_ENV=x', 'LOG_LEVEL=info'];
  writeFileSync(join(cwd, '.env'), lines.join('\n'));
  const { log } = await startServer({ cwd, env: { ELSEWHERE: '1' } });
  const warnings = log.filter(({ level }) => level === 40).map(({ msg }) => msg);
  expect(warnings.sort()).toEqual([
    'CORS in .env is no setting.',
    'FRONTEND_URLS in .env is no setting; did you mean FRONTEND_URL?',
  ]);
});

test('a port that is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  expect(await runToEnd({ env: { PORT: String(port) } })).toEqual({
    code: 1,
    stderr: `Port ${port} is taken: stop what uses it, or set another PORT.\n`,
  });
});

test('a host that is not of this machine', async () => {
  // TEST-NET-1 of RFC 5737 is nobody's.
  expect(await runToEnd({ env: { HOST: '192.0.2.1' } })).toEqual({
    code: 1,
    stderr: 'HOST 192.0.2.1 is not an address of this machine.\n',
  });
});

test('a data directory that is none', async () => {
  const file = join(temporaryDirectory(), 'file');
  writeFileSync(file, '');
  const { code, stderr } = await runToEnd({ dataDir: join(file, 'data') });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^DATA_DIR \S+ cannot be used: [^\n]+\n$/);
});

test('on the network tokens are the rule; ids are believed only where it is asked for, loudly', async () => {
  const HOST = '0.0.0.0';
  const careful = await startServer({ env: { HOST } });
  const anybody = client(careful.url, 'admin', 'anybody');
  expect((await refusal(anybody)).data).toMatchObject({ code: 'unauthorized' });
  careful.kill('SIGKILL');

  const open = await startServer({ env: { HOST, AUTH_MODE: 'open' } });
  await connect(open.url, 'admin', 'anybody');
  const warnings = open.log.filter(({ level }) => level === 40).map(({ msg }) => String(msg));
  expect(warnings).toEqual([
    'AUTH_MODE=open ON THE NETWORK: ANYBODY CAN BE ANYBODY, ADMINS INCLUDED',
  ]);
  open.kill('SIGKILL');
});
