/** What has gone wrong in others of this kind, shown not to go wrong here. */
import { expect, test } from 'vitest';
import { until } from '../support/clients.js';
import { post, request } from '../support/rest.js';
import { sharedServer } from '../support/server.js';
import { tokenFor, tokenMode } from '../support/tokens.js';
import { Ward } from './ward.js';
import { claim, openWire, tcpOf } from './wire.js';

const server = sharedServer({ env: { ...tokenMode, TRUSTED_PROXIES: '1' } });
const PASSWORD = 'a long enough password';

const openWard = () => Ward.open(server(), tokenFor);

async function withAccount(adminId: string): Promise<void> {
  const authorization = `Bearer ${await tokenFor('sue', 'supervisor')}`;
  await post(server().url, '/api/v1/accounts', { adminId, password: PASSWORD }, { authorization });
}

test('CVE-2024-38355: `error` events of a client, with and without everything, harm nobody', async () => {
  const ward = await openWard();
  const wire = await ward.wire({ query: claim('user', ward.id) });
  await wire.join('user', { token: await tokenFor(ward.id, 'user') });
  for (const body of [
    '["error"]',
    '["error",null]',
    '["error",{}]',
    '1["error","x"]',
    '2["error",1,2]',
  ]) {
    wire.send(`42/user,${body}`);
  }
  await wire.do('user', 'get_chats');
  await ward.check();
});

test('ws, 2026: fragments without an end are cut off', async () => {
  const ward = await openWard();
  const wire = await ward.wire();
  const tcp = tcpOf(wire);
  tcp.on('error', () => undefined);
  const fragment = (opcode: number) => Buffer.from([opcode, 0x81, 0, 0, 0, 0, 0x61]);
  const empty = Buffer.from([0x00, 0x80, 0, 0, 0, 0]);
  tcp.write(fragment(0x01));
  for (const more of [fragment(0x00), empty]) {
    const many = Buffer.concat(Array.from({ length: 1000 }, () => more));
    for (let time = 0; time < 10; time++) tcp.write(many);
  }
  await wire.closes();
  await ward.check();
});

test('ws, 2026: pings whose pongs nobody reads are cut off', async () => {
  const ward = await openWard();
  const wire = await ward.wire();
  const tcp = tcpOf(wire);
  tcp.on('error', () => undefined);
  tcp.pause();
  const ping = Buffer.concat([Buffer.from([0x89, 0xfd, 0, 0, 0, 0]), Buffer.alloc(125)]);
  const many = Buffer.concat(Array.from({ length: 1000 }, () => ping));
  await until(async () => {
    if (!tcp.destroyed) await new Promise((resolve) => tcp.write(many, resolve));
    return tcp.destroyed;
  }, 'the reader to be given up');
  await ward.check();
});

test('CVE-2026-28514 (a check that nobody awaits): what is wrong is refused on every way in', async () => {
  await withAccount('vera');
  const { url } = server();
  const wrong = [
    { adminId: 'vera', password: 'wrong' },
    { adminId: 'vera', password: '' },
    { adminId: 'nobody', password: PASSWORD },
  ];
  for (const credentials of wrong) {
    const answer = await post(url, '/api/v1/sign-in', credentials);
    expect(answer.status, JSON.stringify(credentials)).toBe(401);
    expect(answer.headers.get('set-cookie')).toBeNull();
  }
  for (const cookie of ['__Host-chat_session=', `__Host-chat_session=${'A'.repeat(43)}`]) {
    const answer = await request(new URL('/api/v1/admin/chats', url), { headers: { cookie } });
    expect(answer.status).toBe(401);
    const wire = await openWire(url, 'websocket', {
      query: claim('admin', 'vera'),
      headers: { cookie },
    });
    expect(await wire.refusal('admin')).toMatchObject({ data: { code: 'unauthorized' } });
    wire.end();
  }
  const right = await post(url, '/api/v1/sign-in', { adminId: 'vera', password: PASSWORD });
  expect(right.status).toBe(201);
});

test.each([
  [{ $ne: null }],
  [{ $gt: '' }],
  [{ $regex: '.*' }],
  [['vera']],
  [true],
  [null],
  [0],
  [{ toString: 'vera' }],
])(
  'Rocket.Chat CVE-2021-22911 (operator objects): %j is no name and no password',
  async (operator) => {
    const { url } = server();
    for (const body of [
      { adminId: operator, password: PASSWORD },
      { adminId: 'vera', password: operator },
    ]) {
      const answer = await post(url, '/api/v1/sign-in', body);
      expect(answer.error?.code).toBe('invalid_payload');
    }
    const address = new URL('/api/v1/user/chats', url);
    for (const [key, value] of Object.entries(operator ?? {})) {
      address.searchParams.set(`cursor[${key}]`, String(value));
    }
    const headers = { authorization: `Bearer ${await tokenFor('u', 'user')}` };
    const { status } = await request(address, { headers });
    expect([200, 400]).toContain(status);
  },
);

test('brute force: an account is closed to an address that guesses, an address that tries many, and nobody else', async () => {
  await withAccount('bruno');
  const { url } = server();
  const tryFrom = (address: string, adminId: string, password: string) =>
    post(url, '/api/v1/sign-in', { adminId, password }, { 'X-Forwarded-For': address });
  const guesses = [];
  for (let guess = 0; guess < 11; guess++) {
    guesses.push((await tryFrom('192.0.2.50', 'bruno', `guess ${guess}`)).status);
  }
  expect(guesses).toEqual([...Array(10).fill(401), 429]);
  const blocked = await tryFrom('192.0.2.50', 'bruno', PASSWORD);
  expect(blocked).toMatchObject({ status: 429, error: { code: 'rate_limited' } });
  expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(60);
  // The real Bruno is elsewhere, and is not locked out.
  expect((await tryFrom('192.0.2.51', 'bruno', PASSWORD)).status).toBe(201);

  const sprayed = [];
  for (let name = 0; name < 60; name++) {
    sprayed.push((await tryFrom('192.0.2.52', `name-${name}`, PASSWORD)).status);
  }
  expect(sprayed.filter((status) => status === 401).length).toBe(50);
});
