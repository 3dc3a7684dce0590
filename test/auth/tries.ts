/** One try of one event, by socket or over HTTP, in a form that can be compared to the byte. */
import type { EventName, NamespaceName } from '../../src/validations/events.js';
import type { Client } from '../support/clients.js';
import { type Caller, rest } from '../support/rest.js';
import type { Verdict } from './verdicts.js';

export type Actor = Client<NamespaceName> & { token: string };

export interface Tried {
  verdict: Verdict;
  /** All that came back, but for the clock. */
  bytes: string;
  /** Of a success. */
  data: unknown;
}

export async function trySocket(actor: Actor, event: string, payload: object): Promise<Tried> {
  const answer = await actor.ask(event as EventName<NamespaceName>, payload);
  const bytes = JSON.stringify(answer);
  return answer.ok
    ? { verdict: 'ok', bytes, data: answer.data }
    : { verdict: answer.error.code, bytes, data: undefined };
}

export async function tryRest(
  url: string,
  namespace: NamespaceName,
  { token, id }: Pick<Caller, 'token' | 'id'>,
  event: string,
  payload: object,
): Promise<Tried> {
  const name = event as EventName<typeof namespace>;
  const caller: Caller = {};
  if (token !== undefined) caller.token = token;
  if (id !== undefined) caller.id = id;
  const answer = await rest(url, namespace, name, { ...payload }, caller);
  const { status, headers, text, data, error } = answer;
  const lines = [...headers].filter(([header]) => header !== 'date');
  const verdict = status < 300 ? 'ok' : (error?.code ?? 'internal');
  return { verdict, bytes: JSON.stringify({ status, lines, text }), data };
}
