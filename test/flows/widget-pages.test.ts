/** What the pages of the widget allow browsers to do with them. */
import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { startServer } from '../support/server.js';

test('the panel may be framed by the sites of FRONTEND_URL and by no other', async () => {
  const env = { AUTH_MODE: 'token', FRONTEND_URL: 'https://shop.example, https://b.example' };
  const { url } = await startServer({ env });
  const { headers } = await fetch(`${url}/widget`);
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("frame-ancestors 'self' https://shop.example https://b.example;");
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(headers.get('x-frame-options')).toBeNull();
  expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
  expect(headers.get('cache-control')).toBe('no-store');
});

test('any site may load the loader, compressed', async () => {
  const { url } = await startServer();
  const response = await fetch(`${url}/widget.js`, { headers: { 'Accept-Encoding': 'identity' } });
  expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  expect(response.headers.get('content-type')).toContain('javascript');
  const script = await response.text();
  const compressed = await new Promise<Buffer>((resolve, reject) => {
    const asked = request(
      `${url}/widget.js`,
      { headers: { 'Accept-Encoding': 'gzip' } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve(Buffer.concat(chunks)));
      },
    );
    asked.on('error', reject).end();
  });
  expect(gunzipSync(compressed).toString()).toBe(script);
  expect(compressed.length).toBeLessThan(script.length / 1.8);
});

test('what the panel loads has its hash in its name, and is kept for ever', async () => {
  const { url } = await startServer();
  const page = await (await fetch(`${url}/widget`)).text();
  const [, script] = /src="(\/widget\/assets\/[^"]+)"/.exec(page) ?? [];
  const { status, headers } = await fetch(`${url}${script}`);
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
});

test('the demo is served in open mode alone', async () => {
  const open = await startServer();
  expect((await fetch(`${open.url}/demo`)).status).toBe(200);
  const closed = await startServer({ env: { AUTH_MODE: 'token' } });
  expect((await fetch(`${closed.url}/demo`)).status).toBe(404);
});
