/** Hostile clients where identities are proven: rows H7 to H9 and S7. */
import { SignJWT } from 'jose';
import { expect } from 'vitest';
import { sharedServer } from '../support/server.js';
import { hostile, type Row } from './rows.js';
import type { Tokens, Ward } from './ward.js';
import { claim } from './wire.js';

const SECRET = 'a secret of more than thirty-two characters';
const server = sharedServer({
  env: { AUTH_MODE: 'token', JWT_SECRET: SECRET, TRUSTED_PROXIES: '1' },
});
const key = new TextEncoder().encode(SECRET);

const sign = (claims: object, secret = key, alg = 'HS256') =>
  new SignJWT({ ...claims }).setProtectedHeader({ alg }).sign(secret);
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;

export const token: Tokens = (sub, role) => sign({ sub, role, exp: inAnHour() });

/** The code with which a namespace refuses a token. */
async function codeFor(ward: Ward, namespace: 'user' | 'admin', id: string, auth: object) {
  const wire = await ward.wire({ query: claim(namespace, id) });
  const { data } = await wire.refusal(namespace, auth);
  return (data as { code: string }).code;
}

const rows: Row[] = [
  {
    row: 'H7',
    sent: '/admin without adminId, without a token, with an expired, forged or wrong one',
    answer: 'REFUSE',
    run: async (ward) => {
      const exp = inAnHour();
      const good = { sub: ward.id, role: 'admin', exp };
      const none = Buffer.from('{"alg":"none"}').toString('base64url');
      const body = Buffer.from(JSON.stringify(good)).toString('base64url');
      const tokens: [string, unknown][] = [
        ['none', undefined],
        ['empty', ''],
        ['false', false],
        ['an object', { toString: 'x' }],
        ['not a token', 'x.y.z'],
        ['algorithm none', `${none}.${body}.`],
        ['another algorithm', await sign(good, key, 'HS512')],
        ['another secret', await sign(good, new TextEncoder().encode('x'.repeat(40)))],
        ['expired', await sign({ ...good, exp: exp - 7200 })],
        ['without an end', await sign({ sub: ward.id, role: 'admin' })],
        ['an end that is a text', await sign({ ...good, exp: 'never' }).catch(() => 'x')],
        ['without a role', await sign({ sub: ward.id, exp })],
        ['a made-up role', await sign({ ...good, role: 'root' })],
      ];
      for (const [what, one] of tokens) {
        expect(await codeFor(ward, 'admin', ward.id, { token: one }), what).toBe('unauthorized');
      }
      const wire = await ward.wire();
      const { message } = await wire.refusal('admin', { token: await sign(good) });
      expect(message).toContain('adminId is missing');
    },
  },
  {
    row: 'H8',
    sent: "another admin's adminId with one's own token",
    answer: 'REFUSE',
    run: async (ward) => {
      const own = { token: await token(ward.id, 'admin') };
      expect(await codeFor(ward, 'admin', ward.foreign.adminId, own)).toBe('unauthorized');
    },
  },
  {
    row: 'H9',
    sent: "a visitor's connection and token, that then join /admin",
    answer: 'REFUSE',
    run: async (ward) => {
      const auth = { token: await token(ward.id, 'user') };
      const query = { userId: ward.id, adminId: ward.id };
      const wire = await (await ward.wire({ query })).join('user', auth);
      expect(await wire.refusal('admin', auth)).toMatchObject({ data: { code: 'forbidden' } });
    },
  },
];

hostile(server, rows, token);
