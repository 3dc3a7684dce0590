/** The secret behind the tokens, and the operator's command that signs with it. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { cli } from '../support/cli.js';
import { connect } from '../support/clients.js';
import { tally, times } from '../support/many.js';
import { root, runToEnd, startServer, temporaryDirectory } from '../support/server.js';
import { SECRET } from '../support/tokens.js';

/** The documented command, through npm: `npm run admin -- …`. */
function throughNpm(dataDir: string, args: string[]) {
  const env = { PATH: process.env.PATH, DATA_DIR: dataDir };
  return new Promise<string>((resolve, reject) => {
    execFile(
      'npm',
      ['run', '--silent', 'admin', '--', ...args],
      { cwd: root, env },
      (...result) => {
        const [error, stdout, stderr] = result;
        if (error || stderr) reject(error ?? new Error(stderr));
        else resolve(stdout);
      },
    );
  });
}

test('an admin gets in with the token of `npm run admin -- token`, before and after restarts', async () => {
  const dataDir = temporaryDirectory();
  // Before the server has ever run: the command makes the secret that the server will use.
  const stdout = await throughNpm(dataDir, ['token', '--id', 'ana', '--role', 'admin']);
  expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  const token = stdout.trim();
  const { sub, role, exp = 0 } = decodeJwt(token);
  expect({ sub, role }).toEqual({ sub: 'ana', role: 'admin' });
  expect(exp * 1000 - Date.now()).toBeGreaterThan(29 * 86_400_000);

  const kept = readFileSync(join(dataDir, 'jwt-secret'), 'utf8');
  expect(kept.length).toBeGreaterThanOrEqual(64);
  expect(statSync(join(dataDir, 'jwt-secret')).mode & 0o777).toBe(0o600);
  for (let start = 0; start < 2; start++) {
    const server = await startServer({ dataDir, env: { AUTH_MODE: 'token' } });
    const ana = await connect(server.url, 'admin', 'ana', { auth: { token } });
    await ana.do('get_overview');
    ana.close();
    server.kill('SIGTERM');
    expect(await server.exited).toBe(0);
  }
  expect(readFileSync(join(dataDir, 'jwt-secret'), 'utf8')).toBe(kept);
  expect(readdirSync(dataDir).filter((name) => name.includes('secret'))).toEqual(['jwt-secret']);
});

test('every server has a secret of its own, in a directory of its own', async () => {
  const secrets = await times(2, async () => {
    const dataDir = join(temporaryDirectory(), 'made', 'at', 'start');
    await startServer({ dataDir });
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    return readFileSync(join(dataDir, 'jwt-secret'), 'utf8');
  });
  expect(secrets[0]).not.toBe(secrets[1]);
});

test('commands that start at once on fresh data agree on one secret', async () => {
  const dataDir = temporaryDirectory();
  const answers = await times(6, () => cli(['admin', 'token', '--id', 'ana'], { dataDir }));
  expect(tally(answers.map(({ code, stderr }) => `${code} ${stderr}`))).toEqual({ '0 ': 6 });
  const { url } = await startServer({ dataDir, env: { AUTH_MODE: 'token' } });
  for (const { stdout } of answers) {
    await connect(url, 'admin', 'ana', { auth: { token: stdout.trim() } });
  }
});

test("the operator's own JWT_SECRET is used, and none is made", async () => {
  const dataDir = temporaryDirectory();
  const env = { JWT_SECRET: SECRET, AUTH_MODE: 'token' };
  const { stdout } = await cli(['admin', 'token', '--id', 'sonja', '--role', 'supervisor'], {
    dataDir,
    env,
  });
  const { url } = await startServer({ dataDir, env });
  const token = stdout.trim();
  const sonja = await connect(url, 'admin', 'sonja', { auth: { token } });
  await sonja.do('get_chats', { scope: 'all' });
  expect(readdirSync(dataDir)).not.toContain('jwt-secret');
});

test('a secret that is too short to be one stops the start with a line that says what to do', async () => {
  const dataDir = temporaryDirectory();
  writeFileSync(join(dataDir, 'jwt-secret'), 'short');
  const { code, stderr } = await runToEnd({ dataDir });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^\S*jwt-secret holds no secret: delete it[^\n]*\n$/);
});

test.each([
  [2, ['token'], 'Say whose: chat-server admin token --id ID'],
  [2, ['token', '--id', 'a b'], '--id must be'],
  [2, ['token', '--name', 'ana'], '--name'],
  [2, ['nonsense'], 'Usage:'],
  [1, ['token', '--id', 'ana', '--role', 'root'], '--role must be one of: user, admin, supervisor'],
  [1, ['token', '--id', 'ana', '--days', '0'], '--days must be'],
])('exit %i and what is wrong: admin %j', async (code, args, sentence) => {
  const result = await cli(['admin', ...args], { dataDir: temporaryDirectory() });
  expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: '' });
  expect(result.stderr).toContain(sentence);
  expect(result.stderr).not.toContain('    at ');
});
