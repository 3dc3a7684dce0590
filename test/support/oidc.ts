/** A certified OpenID Connect provider on loopback, with the people of a test in it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { onTestFinished } from 'vitest';
import { HttpClient } from './http.js';

const CLIENT = { id: 'console', secret: 'the secret of the console at its provider' };

export interface TestProvider {
  /** Settings of a Chat Server that trusts it. */
  env: Record<string, string>;
  /** Goes through its pages as somebody, from where the console sends them. @returns where to. */
  signIn(address: string, name: string): Promise<string>;
  close(): void;
}

/** @param people claims by the name with which they sign in */
export async function startProvider(
  redirectUri: string,
  people: Record<string, Record<string, unknown>>,
): Promise<TestProvider> {
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const issuer = `http://localhost:${(http.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['groups', 'name'] },
    cookies: { keys: ['a key for cookies'] },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
  });
  http.on('request', provider.callback());
  const close = () => {
    http.close();
    http.closeAllConnections();
  };
  onTestFinished(close);
  return {
    env: {
      AUTH_MODE: 'token',
      OIDC_ISSUER: issuer,
      OIDC_CLIENT_ID: CLIENT.id,
      OIDC_CLIENT_SECRET: CLIENT.secret,
    },
    signIn: (address, name) => walk(issuer, address, name),
    close,
  };
}

/** Its two forms, one after the other: who one is, and that the console may know it. */
async function walk(issuer: string, address: string, name: string): Promise<string> {
  const browser = new HttpClient(issuer);
  let next = address;
  for (let steps = 0; steps < 10; steps++) {
    const page = await browser.fetch('GET', next);
    const prompt = page.status === 200 ? await promptOf(page) : undefined;
    const answer = prompt
      ? await browser.fetch('POST', next, undefined, { prompt, login: name, password: 'x' })
      : page;
    next = new URL(answer.headers.get('location') ?? '', issuer).href;
    if (!next.startsWith(issuer)) return next;
  }
  throw new Error(`the provider did not come to an end: ${next}`);
}

async function promptOf(page: Response): Promise<string> {
  const [, prompt] = /name="prompt" value="(\w+)"/.exec(await page.text()) ?? [];
  if (!prompt) throw new Error('the page of the provider has no form');
  return prompt;
}
