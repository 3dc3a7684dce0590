/** The secret behind the tokens, and the operator's command that signs with it. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { connect } from '../support/clients.js';
import { tally, times } from '../support/many.js';
import { root, runToEnd, startServer, temporaryDirectory } from '../support/server.js';
import { SECRET } from '../support/tokens.js';

/** Runs the documented command in a shell's way: `npm run admin -- …`. */
function command(dataDir: string, args: string[], env: Record<string, string> = {}) {
  return run('npm', ['run', '--silent', 'admin', '--', ...args], dataDir, env);
}

/** The same without npm around it, which takes a while to start. */
function quickly(dataDir: string, args: string[], env: Record<string, string> = {}) {
  return run(process.execPath, ['scripts/start.mjs', 'admin', ...args], dataDir, env);
}

function run(program: string, args: string[], dataDir: string, env: Record<string, string>) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const options = { cwd: root, env: { PATH: process.env.PATH, DATA_DIR: dataDir, ...env } };
    execFile(program, args, options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

test('an admin gets in with the token of `npm run admin -- token`, before and after restarts', async () => {
  const dataDir = temporaryDirectory();
  // Before the server has ever run: the command makes the secret that the server will use.
  const { stdout, stderr } = await command(dataDir, ['token', '--id', 'ana', '--role', 'admin']);
  expect(stderr).toBe('');
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
  const answers = await times(6, () => quickly(dataDir, ['token', '--id', 'ana']));
  expect(tally(answers.map(({ code, stderr }) => `${code} ${stderr}`))).toEqual({ '0 ': 6 });
  const { url } = await startServer({ dataDir, env: { AUTH_MODE: 'token' } });
  for (const { stdout } of answers) {
    await connect(url, 'admin', 'ana', { auth: { token: stdout.trim() } });
  }
});

test("the operator's own JWT_SECRET is used, and none is made", async () => {
  const dataDir = temporaryDirectory();
  const env = { JWT_SECRET: SECRET, AUTH_MODE: 'token' };
  const { stdout } = await quickly(
    dataDir,
    ['token', '--id', 'sonja', '--role', 'supervisor'],
    env,
  );
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
  [['token'], '--id must be'],
  [['token', '--id', 'a b'], '--id must be'],
  [['token', '--id', 'ana', '--role', 'root'], '--role must be one of: user, admin, supervisor'],
  [['token', '--id', 'ana', '--days', '0'], '--days must be'],
  [['token', '--name', 'ana'], '--name'],
  [['nonsense'], 'Usage:'],
])('the command says what is wrong with %j', async (args, sentence) => {
  const { code, stdout, stderr } = await quickly(temporaryDirectory(), args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(sentence);
  expect(stderr).toContain('Usage:');
});
