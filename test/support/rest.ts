/** The REST API by a stock HTTP client; addresses come from the table of events. */
import { claimOf } from '../../src/auth/identity.js';
import type { WireError } from '../../src/errors.js';
import {
  clientEvents,
  type DataOf,
  type EventName,
  type NamespaceName,
} from '../../src/validations/events.js';

export interface RestAnswer<T = unknown> {
  status: number;
  headers: Headers;
  /** The body as it came. */
  text: string;
  /** The body of a success. */
  data: T;
  /** What a refusal says. */
  error: WireError | undefined;
}

export interface Caller {
  /** Claimed in the query, as in open mode. */
  id?: string;
  token?: string;
  headers?: Record<string, string>;
}

/** Method and address of an event, `chatId` put into the path; null when it has no route. */
export function routeOf<N extends NamespaceName>(
  namespace: N,
  event: EventName<N>,
): [method: string, path: string] | null {
  const rows: Record<string, { route: string | null }> = clientEvents[namespace];
  const [method, path] = rows[event]?.route?.split(' ') ?? [];
  return method && path ? [method, `/api/v1/${namespace}${path}`] : null;
}

/** Does over HTTP what the event does on a socket. */
export async function rest<N extends NamespaceName, E extends EventName<N>>(
  url: string,
  namespace: N,
  event: E,
  payload: Record<string, unknown> = {},
  { id, token, headers = {} }: Caller = {},
): Promise<RestAnswer<DataOf<N, E>>> {
  const route = routeOf(namespace, event);
  if (!route) throw new Error(`${event} has no route`);
  const [method, path] = route;
  const { chatId, ...others } = payload;
  const address = new URL(path.replace(':chatId', encodeURIComponent(String(chatId))), url);
  const fields = path.includes(':chatId') || chatId === undefined ? others : payload;
  if (id !== undefined) address.searchParams.set(claimOf[namespace], id);
  if (method === 'GET') {
    for (const [name, value] of Object.entries(fields)) {
      address.searchParams.set(name, String(value));
    }
  }
  return request(address, {
    method,
    headers: {
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(method === 'POST' ? { body: JSON.stringify(fields) } : {}),
  });
}

/** Posts JSON to an address that is no event's, such as `/api/v1/visitors`. */
export function post<T = unknown>(
  url: string,
  path: string,
  body: unknown = {},
  headers: Record<string, string> = {},
): Promise<RestAnswer<T>> {
  return request(new URL(path, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

export async function request<T = unknown>(
  address: URL,
  init: RequestInit = {},
): Promise<RestAnswer<T>> {
  const response = await fetch(address, init);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  const data = (isJson ? JSON.parse(text) : undefined) as T & { error?: WireError };
  return { status: response.status, headers: response.headers, text, data, error: data?.error };
}
