/** Limits and revocations over several nodes: as one, and each for itself while Redis is away. */
import { expect, test } from 'vitest';
import { Tokens } from '../../src/auth/tokens.js';
import { client, until } from '../support/clients.js';
import { backends, JWT_SECRET, sharedNodes } from '../support/cluster.js';
import { tally, times } from '../support/many.js';
import { post, rest } from '../support/rest.js';

const servers = backends();
const cluster = sharedNodes(servers, {
  env: { RATE_LIMITS: 'on', AUTH_MODE: 'token', TRUSTED_PROXIES: '1', CHATS_PER_HOUR: '2' },
});

const tokenFor = async (id: string, role: 'user' | 'supervisor') =>
  (await new Tokens(JWT_SECRET).sign({ id, role }, 1)).token;

/** Statuses of so many visitors who come at once to each node. */
async function visitors(address: string, each: number): Promise<Record<string, number>> {
  const statuses = await Promise.all(
    cluster().nodes.map(({ url }) =>
      times(each, async () => {
        const headers = { 'X-Forwarded-For': address };
        return String((await post(url, '/api/v1/visitors', {}, headers)).status);
      }),
    ),
  );
  return tally(statuses.flat());
}

test('an address has its allowance once, over all nodes', async () => {
  // A node listens before it has Redis, and counts for itself until then.
  const beating = () => servers.redis.ask('zcard', 'chat:{nodes}');
  await until(async () => (await beating()) === cluster().nodes.length, 'Redis at every node');
  // Twenty an hour: ten times the chats of a user.
  expect(await visitors('192.0.2.1', 15)).toEqual({ 201: 20, 429: 10 });
});

test('[P8] without Redis each node counts for itself, and nobody is shut out', async () => {
  await servers.redis.down();
  expect(await visitors('192.0.2.2', 25)).toEqual({ 201: 40, 429: 10 });
  await servers.redis.up();
  await until(async () => {
    const { nodes } = cluster();
    const back = nodes.map(({ log }) => log.filter(({ msg }) => msg === 'Redis is back').length);
    return back.every((count) => count > 0);
  }, 'every node to have Redis back');
});

test('S7 what is revoked through one node ends connections on every node within a second', async () => {
  const [one, other] = cluster().nodes;
  if (!one || !other) throw new Error('there are two nodes');
  const supervisor = { authorization: `Bearer ${await tokenFor('sue', 'supervisor')}` };
  const took: number[] = [];
  for (let tries = 0; tries < 4 && !(Math.min(...took) < 1000); tries++) {
    const token = await tokenFor(`ursula-${tries}`, 'user');
    const live = client(other.url, 'user', `ursula-${tries}`, { auth: { token } });
    await live.next('heartbeat');
    const revokedAt = Date.now();
    expect((await post(one.url, '/api/v1/revocations', { token }, supervisor)).status).toBe(201);
    await until(() => !live.socket.connected, 'the connection to end');
    took.push(Date.now() - revokedAt);
    expect((await rest(other.url, 'user', 'get_chats', {}, { token })).status).toBe(401);
  }
  expect(Math.min(...took)).toBeLessThan(1000);
});
