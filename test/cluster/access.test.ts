/** Who may come in, on every node alike; and settings that several nodes cannot work with. */
import { expect, test } from 'vitest';
import { cli } from '../support/cli.js';
import { until } from '../support/clients.js';
import { backends, startCluster } from '../support/cluster.js';
import { post } from '../support/rest.js';
import { type RunningServer, runToEnd } from '../support/server.js';
import { cookieOf, PASSWORD, setupToken, signedIn, signIn } from '../support/signIn.js';
import { proven, SECRET, tokenMode } from '../support/tokens.js';

const servers = backends();

test('accounts, sign-outs and revocations hold on every node', async () => {
  const { nodes, env } = await startCluster(servers, { env: tokenMode });
  const [one, two] = nodes as [RunningServer, RunningServer];
  const links = await Promise.all(nodes.map(setupToken));
  const account = { adminId: 'sybil', password: PASSWORD };
  const made = await post(one.url, '/api/v1/setup', { ...account, setupToken: links[0] });
  expect(made.status).toBe(201);
  // The link of the other node opens no second door.
  const again = { adminId: 'mallory', password: PASSWORD, setupToken: links[1] };
  expect((await post(two.url, '/api/v1/setup', again)).status).toBe(403);

  const entered = await signIn(one.url, 'sybil');
  const sybil = await signedIn(two.url, 'sybil', cookieOf(entered));
  await post(one.url, '/api/v1/sign-out', {}, { cookie: cookieOf(entered) });
  await until(() => !sybil.socket.connected, 'the sign-out to reach the other node');

  const ursula = await proven(two.url, 'user', 'ursula');
  const revoked = await cli(['user', 'revoke', 'ursula'], { dataDir: one.dataDir, env });
  expect(revoked).toMatchObject({ code: 0 });
  await until(() => !ursula.socket.connected, 'the revocation to reach the node');
});

const database = 'postgresql://chat:hush@127.0.0.1:1/chat';

test.each([
  [{ DATABASE_URL: database }, 'JWT_SECRET must be set with DATABASE_URL'],
  [{ REDIS_URL: 'redis://127.0.0.1:1' }, 'REDIS_URL is for several nodes, which need DATABASE_URL'],
  [{ DATABASE_URL: 'mysql://hush@db/chat' }, 'DATABASE_URL must be an address that begins with'],
])('what cannot work is refused at the start: %o', async (env, line) => {
  const { code, stderr } = await runToEnd({ env });
  expect(code).toBe(1);
  expect(stderr).toContain(line);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).not.toContain('hush');
});

test('a database that refuses is named, and its password is not', async () => {
  const wrong = servers.postgres.url().replace(/:[^:@/]+@/, ':hush@');
  const { code, stderr } = await runToEnd({ env: { DATABASE_URL: wrong, JWT_SECRET: SECRET } });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^The database of DATABASE_URL \(127\.0\.0\.1:\d+\/postgres\) refuses: /);
  expect(stderr).not.toContain('hush');
});
