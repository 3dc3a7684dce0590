/** Pages of other sites, in the browser of an admin who is signed in by cookie. */
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { post, request } from '../support/rest.js';
import { sharedServer, startServer } from '../support/server.js';
import { tokenFor, tokenMode } from '../support/tokens.js';
import { addressOf, claim, openWire } from './wire.js';

const server = sharedServer({ env: { ...tokenMode, FRONTEND_URL: 'https://shop.example' } });
const PASSWORD = 'a long enough password';
const EVIL = 'https://evil.example';

/** Signs `ana` in, and gives the cookie as a browser keeps it. */
async function signIn(): Promise<{ cookie: string; attributes: string }> {
  const token = await tokenFor('sue', 'supervisor');
  const account = { adminId: 'ana', password: PASSWORD };
  await post(server().url, '/api/v1/accounts', account, { authorization: `Bearer ${token}` });
  const answer = await post(server().url, '/api/v1/sign-in', account);
  const [cookie = '', ...attributes] = (answer.headers.get('set-cookie') ?? '').split('; ');
  return { cookie, attributes: attributes.join('; ') };
}

test('the cookie of a sign-in is kept to this host, to HTTPS, from scripts and from other sites', async () => {
  const { cookie, attributes } = await signIn();
  expect(cookie).toMatch(/^__Host-chat_session=[\w-]{43}$/);
  for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/']) {
    expect(attributes).toContain(attribute);
  }
  expect(attributes).not.toContain('Domain');
});

test('with the cookie, a page of the server itself is let in, and no other', async () => {
  const { cookie } = await signIn();
  const { url } = server();
  const own = new URL(url).origin;
  const chats = new URL('/api/v1/admin/chats', url);
  expect((await request(chats, { headers: { cookie, origin: own } })).status).toBe(200);
  for (const origin of [EVIL, 'null', `${own}.evil.example`, 'file://']) {
    const read = await request(chats, { headers: { cookie, origin } });
    expect(read.status, origin).toBe(403);
    expect(read.headers.get('access-control-allow-origin'), origin).toBeNull();
  }
});

test.each([
  ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'adminId=mallory&password=x'],
  [
    'a form of plain text',
    { 'content-type': 'text/plain' },
    '{"adminId":"mallory","password":"x"}',
  ],
  ['a request without preflight', {}, ''],
  ['a fetch', { 'content-type': 'application/json' }, '{"adminId":"mallory"}'],
])(
  '%s of another site changes nothing: signs nobody in or out, ends no chat',
  async (_what, type, body) => {
    const { cookie } = await signIn();
    const { url } = server();
    const paths = ['sign-in', 'sign-out', 'accounts', 'password', 'revocations', 'users/u/erase'];
    for (const path of [...paths, 'admin/chats/x/end', 'visitors']) {
      for (const origin of [EVIL, 'null']) {
        const headers = { ...(type as Record<string, string>), cookie, origin };
        const address = new URL(`/api/v1/${path}`, url);
        const answer = await request(address, { method: 'POST', headers, body });
        expect(answer.status, `${path} from ${origin}`).toBe(403);
      }
    }
    const session = await request<{ adminId: string }>(new URL('/api/v1/session', url), {
      headers: { cookie },
    });
    expect(session.data.adminId).toBe('ana');
  },
);

test.each(['cross-site', 'same-site'])(
  'an image or a script of a %s page, which has no Origin, gets nothing',
  async (site) => {
    const { cookie } = await signIn();
    for (const path of ['/api/v1/admin/chats', '/api/v1/users/u/export', '/api/v1/session']) {
      const headers = { cookie, 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' };
      const answer = await request(new URL(path, server().url), { headers });
      expect(answer.status, path).toBe(403);
    }
  },
);

test('a WebSocket of another site gets no further than the handshake, cookie or not', async () => {
  const { cookie } = await signIn();
  const { url } = server();
  const query = claim('admin', 'ana');
  const own = await openWire(url, 'websocket', { query, headers: { cookie, origin: url } });
  await own.join('admin');
  own.end();
  for (const origin of [EVIL, 'null', 'https://shop.example.evil.example']) {
    const address = String(addressOf(url, 'websocket', query)).replace('http', 'ws');
    const status = await new Promise((resolve) => {
      const socket = new WebSocket(address, { headers: { cookie, origin } });
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.on('open', () => resolve('open'));
      socket.on('error', () => undefined);
    });
    expect(status, origin).toBe(403);
  }
});

test('a name that was bound anew to loopback is not served in open mode (DNS rebinding)', async () => {
  const { url, port } = await startServer();
  for (const host of [
    `rebound.example:${port}`,
    'rebound.example',
    `localhost.evil.example:${port}`,
  ]) {
    const status = await new Promise((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, {
        headers: { host, origin: `http://${host}` },
      });
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.on('open', () => resolve('open'));
      socket.on('error', () => undefined);
    });
    expect(status, host).toBe(403);
  }
  await (await openWire(url, 'websocket', { query: claim('user', 'u') })).join('user');
});
