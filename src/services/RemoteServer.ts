/** The server that uses the data, asked over HTTP with a token that this operator may sign. */
import type { Tokens } from '../auth/tokens.js';

/** Named in nobody's account; a token of theirs is valid for two minutes. */
export const OPERATOR = { id: 'operator', role: 'supervisor' } as const;
const TOKEN_DAYS = 2 / 1440;

/** Every method rejects with an Error whose message is the server's, or says that it is silent. */
export class RemoteServer {
  constructor(
    private readonly url: string,
    private readonly tokens: Pick<Tokens, 'sign'>,
  ) {}

  /** @param path below `/api/v1` */
  async ask<T>(method: string, path: string, body?: object): Promise<T> {
    const text = await this.text(method, path, body);
    return (text ? JSON.parse(text) : {}) as T;
  }

  async text(method: string, path: string, body?: object): Promise<string> {
    const { token } = await this.tokens.sign(OPERATOR, TOKEN_DAYS);
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    }).catch(() => {
      throw new Error(`The server at ${this.url} uses this data and does not answer.`);
    });
    const text = await response.text();
    if (response.ok) return text;
    const { error } = JSON.parse(text) as { error: { message: string } };
    throw new Error(error.message);
  }
}
