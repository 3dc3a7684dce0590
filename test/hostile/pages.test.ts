/** What a browser may do with our pages: stored text stays text, and only allowed sites frame them. */
import { expect, test } from 'vitest';
import { sharedServer } from '../support/server.js';

const server = sharedServer({
  env: { AUTH_MODE: 'token', FRONTEND_URL: 'https://shop.example, https://blog.example' },
});

/** Directives of the policy, by name. */
async function policyOf(
  path: string,
): Promise<{ headers: Headers; policy: Record<string, string> }> {
  const { headers } = await fetch(`${server().url}${path}`);
  const directives = (headers.get('content-security-policy') ?? '').split(';');
  const policy = Object.fromEntries(
    directives.map((one) => [one.trim().split(' ')[0], one.trim().split(' ').slice(1).join(' ')]),
  );
  return { headers, policy };
}

test.each(['/widget', '/console'])(
  '%s runs no script but its own, and none that is text',
  async (path) => {
    const { headers, policy } = await policyOf(path);
    expect(headers.get('content-type')).toContain('text/html');
    expect(policy['default-src']).toBe("'none'");
    expect(policy['script-src']).toBe("'self'");
    expect(policy['base-uri']).toBe("'none'");
    expect(policy['require-trusted-types-for']).toBe("'script'");
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe-|\*|http:/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    // A nonce that came twice would be one that can be guessed.
    const nonces = await Promise.all(
      [1, 2, 3].map(async () => (await policyOf(path)).policy['style-src']),
    );
    expect(new Set(nonces).size).toBe(3);
  },
);

test('only the sites that may connect may frame the widget, and nobody the console', async () => {
  const widget = await policyOf('/widget');
  expect(widget.policy['frame-ancestors']).toBe("'self' https://shop.example https://blog.example");
  const console = await policyOf('/console');
  expect(console.policy['frame-ancestors']).toBe("'none'");
});

test('answers of the API are never a page, in no cache, and only for who may read them', async () => {
  for (const path of ['/api/v1/session', '/api/v1/user/chats', '/api/v1/nothing']) {
    const { headers } = await fetch(`${server().url}${path}`, {
      headers: { origin: 'https://shop.example' },
    });
    expect(headers.get('content-type'), path).toContain('application/json');
    expect(headers.get('x-content-type-options'), path).toBe('nosniff');
    expect(headers.get('access-control-allow-origin'), path).toBe('https://shop.example');
    expect(headers.get('access-control-allow-credentials'), path).toBeNull();
    expect(headers.get('cross-origin-resource-policy'), path).toBe('same-origin');
    expect(headers.get('x-powered-by'), path).toBeNull();
  }
});
