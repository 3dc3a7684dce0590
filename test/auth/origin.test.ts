/** Which pages may connect: `Origin` and `Host`, at the handshake of either transport and over HTTP. */
import { request as httpRequest } from 'node:http';
import { expect, test } from 'vitest';
import { reasons } from '../../src/errors.js';
import { client, connect, names, refusal } from '../support/clients.js';
import { sharedServer, startServer } from '../support/server.js';
import { tokenFor, tokenMode } from '../support/tokens.js';

const FRONTEND_URL = 'https://good.example, http://shop.example:8080';
const open = sharedServer({ env: { AUTH_MODE: 'open', FRONTEND_URL } });
const proven = sharedServer({ env: { ...tokenMode, FRONTEND_URL } });

interface Answer {
  status: number;
  text: string;
  allowed: string | undefined;
}

/** A request with headers that `fetch` would not let one set. */
function raw(url: string, path: string, headers: Record<string, string>, method = 'GET') {
  return new Promise<Answer>((resolve, reject) => {
    const request = httpRequest(new URL(path, url), { method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => {
        const allowed = response.headers['access-control-allow-origin'];
        resolve({ status: response.statusCode ?? 0, text, allowed });
      });
    });
    request.on('error', reject);
    request.end();
  });
}

const HANDSHAKE = '/socket.io/?EIO=4&transport=polling&userId=ursula';
const VISITORS = '/api/v1/visitors';

/** The four doors: both transports of the handshake, a REST call, and a browser's question before it. */
async function doors(url: string, headers: Record<string, string>) {
  const [id] = names('ursula');
  const token = await tokenFor(id, 'user');
  const options = { extraHeaders: headers, reconnection: false };
  const socket = client(
    url,
    'user',
    id,
    url === proven().url ? { ...options, auth: { token } } : options,
  );
  const websocket = await new Promise<boolean>((resolve) => {
    socket.socket.once('connect', () => resolve(true));
    socket.socket.once('connect_error', () => resolve(false));
  });
  const [polling, posted, preflight] = await Promise.all([
    raw(url, HANDSHAKE, headers),
    raw(url, VISITORS, headers, 'POST'),
    raw(url, VISITORS, { ...headers, 'access-control-request-method': 'POST' }, 'OPTIONS'),
  ]);
  return { websocket, polling, posted, preflight };
}

const bothModes = [
  ['open', open],
  ['token', proven],
] as const;

test.each(
  bothModes.flatMap(([mode, server]) =>
    [
      'https://evil.example',
      'null',
      'https://good.example.evil.example',
      'https://evil-good.example',
      'http://good.example',
      'https://good.example:8443',
      'https://sub.good.example',
      'http://shop.example',
      'file://',
      'chrome-extension://abcdefgh',
      'http://localhost.evil.example',
      'nonsense',
    ].map((origin) => [mode, origin, server] as const),
  ),
)('[P6] in %s mode a page of %s is refused at every door', async (_mode, origin, server) => {
  const { websocket, polling, posted, preflight } = await doors(server().url, { origin });
  const [, message] = reasons.origin;
  expect(websocket).toBe(false);
  expect([polling.status, JSON.parse(polling.text).error.message]).toEqual([403, message]);
  expect([posted.status, JSON.parse(posted.text).error.message]).toEqual([403, message]);
  expect(preflight.status).toBe(403);
  expect([polling.allowed, posted.allowed, preflight.allowed]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test.each(
  bothModes.flatMap(([mode, server]) =>
    ['https://good.example', 'http://shop.example:8080', 'own'].map(
      (origin) => [mode, origin, server] as const,
    ),
  ),
)('in %s mode a page of %s may connect', async (_mode, named, server) => {
  const { url } = server();
  const origin = named === 'own' ? url : named;
  const { websocket, polling, posted, preflight } = await doors(url, { origin });
  expect({ websocket, statuses: [polling.status, posted.status, preflight.status] }).toEqual({
    websocket: true,
    statuses: [200, 201, 204],
  });
  expect([posted.allowed, preflight.allowed]).toEqual([origin, origin]);
});

test('a site in development connects in open mode on loopback, and in token mode not', async () => {
  for (const origin of ['http://localhost:5173', 'http://127.0.0.1:8000', 'http://app.localhost']) {
    const believed = await doors(open().url, { origin });
    expect([believed.websocket, believed.polling.status, believed.posted.status]).toEqual([
      true,
      200,
      201,
    ]);
    const refused = await doors(proven().url, { origin });
    expect([refused.websocket, refused.polling.status, refused.posted.status]).toEqual([
      false,
      403,
      403,
    ]);
  }
});

test('[P6] a name that was rebound to this machine is not served in open mode', async () => {
  const { url, port } = open();
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    'localhost.evil.example',
    '10.0.0.1',
  ]) {
    // To the browser such a page is of the same origin, so `Origin` alone would let it in.
    for (const headers of [{ host }, { host, origin: `http://${host}` }]) {
      const { websocket, polling, posted } = await doors(url, headers);
      expect([websocket, polling.status, posted.status], host).toEqual([false, 403, 403]);
      expect(JSON.parse(posted.text).error.message).toBe(reasons.host[1]);
    }
  }
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, '[::1]', 'good.example']) {
    const { polling, posted } = await doors(url, { host });
    expect([polling.status, posted.status], host).toEqual([200, 201]);
  }
});

test('[P6] what comes through a proxy that nobody told of is not served in open mode', async () => {
  const unaware = await startServer();
  const told = await startServer({ env: { AUTH_MODE: 'open', TRUSTED_PROXIES: '1' } });
  for (const name of ['x-forwarded-for', 'forwarded']) {
    const headers = { [name]: 'for=203.0.113.9' };
    const { websocket, polling, posted } = await doors(unaware.url, headers);
    expect([websocket, polling.status, posted.status], name).toEqual([false, 403, 403]);
    expect(JSON.parse(posted.text).error.message).toBe(reasons.proxied[1]);
    const { polling: passed } = await doors(told.url, headers);
    expect(passed.status).toBe(200);
  }
  expect((await doors(unaware.url, {})).polling.status).toBe(200);
});

test('programs that are no browsers send no Origin, and may connect', async () => {
  const { url } = proven();
  const [id] = names('ursula');
  const token = await tokenFor(id, 'user');
  for (const transports of [['websocket'], ['polling'], ['polling', 'websocket']]) {
    await connect(url, 'user', id, { auth: { token }, transports });
  }
});

test('the default namespace has nothing, and says where to go', async () => {
  const nobody = client(open().url, '' as 'user', 'ursula');
  const error = await refusal(nobody);
  expect(error.data).toEqual({ code: 'forbidden', message: reasons.no_namespace[1] });
});
