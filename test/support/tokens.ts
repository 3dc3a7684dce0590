/** Identities that prove themselves, for servers that run with `tokenMode`. */
import { Tokens } from '../../src/auth/tokens.js';
import type { NamespaceName, Role } from '../../src/validations/events.js';
import { type Client, connect } from './clients.js';

export const SECRET = 'a secret that only the tests and their servers know';

export const tokenMode = { AUTH_MODE: 'token', JWT_SECRET: SECRET } as const;

export async function tokenFor(id: string, role: Role): Promise<string> {
  return (await new Tokens(SECRET).sign({ id, role }, 1)).token;
}

/** A connected client with a token for its id. */
export async function proven<N extends NamespaceName>(
  url: string,
  namespace: N,
  id: string,
  role: Role = namespace,
): Promise<Client<N> & { token: string }> {
  const token = await tokenFor(id, role);
  return Object.assign(await connect(url, namespace, id, { auth: { token } }), { token });
}
