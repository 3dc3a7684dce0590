/** AUTH_MODE=token: an id is believed when a token of this server says so, and only as long as it does. */
import { createHmac } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { reasons } from '../../src/errors.js';
import { client, connect, names, refusal, until } from '../support/clients.js';
import { post, request, rest } from '../support/rest.js';
import { sharedServer } from '../support/server.js';
import { proven, SECRET, tokenFor, tokenMode } from '../support/tokens.js';

const server = sharedServer({ env: { ...tokenMode, VISITOR_TOKEN_DAYS: '7' } });

const seconds = (fromNow: number) => Math.floor(Date.now() / 1000) + fromNow;

const sign = (payload: JWTPayload, alg = 'HS256', secret = SECRET) =>
  new SignJWT(payload).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token put together by hand, signed (or not) as its header says or does not say. */
function handmade(header: object, payload: object, signature?: string): string {
  const signed = `${base64url(header)}.${base64url(payload)}`;
  return `${signed}.${signature ?? createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}

const mallory = { sub: 'mallory', role: 'user' };
const good = () => ({ ...mallory, exp: seconds(60) });

type Fault = [
  name: string,
  token: () => string | undefined | Promise<string>,
  reason: keyof typeof reasons,
];

const faults: Fault[] = [
  ['none', () => undefined, 'missing_token'],
  ['an empty one', () => '', 'missing_token'],
  ['nonsense', () => 'not.a.token', 'bad_token'],
  ['one that has expired', () => sign({ ...mallory, exp: seconds(-1) }), 'bad_token'],
  ['one that never expires', () => sign(mallory), 'bad_token'],
  ['one that is not valid yet', () => sign({ ...good(), nbf: seconds(60) }), 'bad_token'],
  ['one that is not signed', () => handmade({ alg: 'none' }, good(), ''), 'bad_token'],
  ['one that says it is not signed', () => handmade({ alg: 'none' }, good()), 'bad_token'],
  ['another algorithm', () => sign(good(), 'HS512'), 'bad_token'],
  ['an algorithm it does not have', () => handmade({ alg: 'RS256' }, good()), 'bad_token'],
  ['another secret', () => sign(good(), 'HS256', `${SECRET}?`), 'bad_token'],
  [
    'a changed payload',
    async () => {
      const [head, , signature] = (await sign(good())).split('.');
      return `${head}.${base64url({ ...good(), exp: seconds(600) })}.${signature}`;
    },
    'bad_token',
  ],
  ['one without a subject', () => sign({ role: 'user', exp: seconds(60) }), 'bad_token'],
  ['one without a role', () => sign({ sub: 'mallory', exp: seconds(60) }), 'bad_token'],
  ['a role that is none', () => sign({ ...good(), role: 'root' }), 'bad_token'],
  ['two roles', () => sign({ ...good(), role: ['user', 'admin'] }), 'bad_token'],
  ['another role', () => sign({ ...good(), role: 'admin' }), 'token_role'],
  ['one for another id', () => sign({ ...good(), sub: 'ursula' }), 'token_of_another'],
];

describe.each(faults)('[P6] %s', (_name, makeToken, reason) => {
  const [code, message] = reasons[reason];

  test('is refused at the handshake', async () => {
    const auth = { token: await makeToken() };
    const error = await refusal(client(server().url, 'user', 'mallory', { auth }));
    expect(error.data).toEqual({ code, message });
  });

  test('is refused over HTTP', async () => {
    const token = await makeToken();
    const caller = token === undefined ? {} : { token };
    const answer = await rest(server().url, 'user', 'start_chat', {}, { id: 'mallory', ...caller });
    const asked = reason === 'missing_token' ? reasons.missing_bearer[1] : message;
    expect(answer.error).toEqual({ code, message: asked });
    expect(answer.status).toBe(code === 'forbidden' ? 403 : 401);
  });
});

test.each([[{ sub: 'mallory' }], [['a', 'b']], [1], [true]])(
  '[P6] %j is no token at the handshake',
  async (token) => {
    const error = await refusal(client(server().url, 'user', 'mallory', { auth: { token } }));
    expect(error.data).toMatchObject({ code: 'unauthorized' });
  },
);

test('[P6] a token is taken from the handshake and the header alone, never from an address', async () => {
  const { url } = server();
  const token = await tokenFor('ursula', 'user');
  const query = { userId: 'ursula', token };
  const error = await refusal(client(url, 'user', 'ursula', { query }));
  expect(error.data).toMatchObject({ code: 'unauthorized' });
  const address = new URL('/api/v1/user/chats', url);
  for (const name of ['token', 'access_token', 'auth', 'authorization']) {
    address.searchParams.set(name, token);
  }
  expect((await request(address)).status).toBe(401);
});

test('a good token lets in who it names; over HTTP the claim may be left out', async () => {
  const { url } = server();
  const [id, anaId] = names('ursula', 'ana');
  const token = await tokenFor(id, 'user');
  const ursula = await connect(url, 'user', id, { auth: { token } });
  const { chatId } = await ursula.do('start_chat');
  const claimed = await rest(url, 'user', 'start_chat', {}, { token, id });
  const unclaimed = await rest(url, 'user', 'start_chat', {}, { token });
  expect([claimed.data.chatId, unclaimed.data.chatId]).toEqual([chatId, chatId]);
  expect((await rest(url, 'user', 'start_chat', {}, { token, id: anaId })).status).toBe(401);

  // The role is the token's; a claim of another changes nothing.
  const admin = await tokenFor(anaId, 'admin');
  const options = { auth: { token: admin }, query: { adminId: anaId, role: 'supervisor' } };
  const ana = await connect(url, 'admin', anaId, options);
  expect(await ana.refused('get_chats', { scope: 'all' })).toBe('forbidden');
  const sonja = await proven(url, 'admin', `${anaId}-s`, 'supervisor');
  await sonja.do('get_chats', { scope: 'all' });
});

test('an unknown visitor gets an identity of their own', async () => {
  const { url } = server();
  type Visitor = { userId: string; token: string; expiresAt: string };
  const visit = async () => (await post<Visitor>(url, '/api/v1/visitors')).data;
  const [one, other] = [await visit(), await visit()];
  expect(one.userId).not.toBe(other.userId);
  const days = (Date.parse(one.expiresAt) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(6.9);
  expect(days).toBeLessThanOrEqual(7);

  const visitor = await connect(url, 'user', one.userId, { auth: { token: one.token } });
  const { chatId } = await visitor.do('start_chat');
  const token = other.token;
  const stranger = await connect(url, 'user', other.userId, { auth: { token } });
  expect(await stranger.refused('get_messages', { chatId })).toBe('chat_not_found');
  for (const [namespace, id] of [
    ['user', one.userId],
    ['admin', other.userId],
  ] as const) {
    const refused = await refusal(client(url, namespace, id, { auth: { token } }));
    expect(['unauthorized', 'forbidden']).toContain(refused.data?.code);
  }
});

test('[P6] a connection ends with its token, and is told why', async () => {
  const { url } = server();
  const [id] = names('ursula');
  const token = await sign({ sub: id, role: 'user', exp: seconds(6) });
  const ursula = await connect(url, 'user', id, { auth: { token } });
  const { chatId } = await ursula.do('start_chat');
  let why = '';
  ursula.socket.once('disconnect', (reason) => {
    why = reason;
  });
  const [code, message] = reasons.bad_token;
  expect(await ursula.next('error')).toEqual({ code, message, event: null });
  await until(() => why, 'the disconnection');
  // The reason for which a stock client does not come back with the same token again and again.
  expect(why).toBe('io server disconnect');
  expect(ursula.socket.active).toBe(false);
  const late = await rest(url, 'user', 'end_chat', { chatId }, { token });
  expect(late.error).toEqual({ code, message });
  // With a new token the chat is still theirs.
  const again = await proven(url, 'user', id);
  await again.do('end_chat', { chatId });
});
