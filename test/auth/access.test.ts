/** Every event, by socket and by its REST route, for every role and kind of chat: `verdicts.ts`. */
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { clientEvents, type NamespaceName } from '../../src/validations/events.js';
import { type Client, client, refusal } from '../support/clients.js';
import { routeOf } from '../support/rest.js';
import { sharedServer } from '../support/server.js';
import { tokenFor, tokenMode } from '../support/tokens.js';
import { Cast, type Heard } from './Cast.js';
import { type Actor, tryRest, trySocket } from './tries.js';
import { matrix, rowOf, type Situation, situations, type Verdict } from './verdicts.js';

type Way = 'socket' | 'REST';

const server = sharedServer({
  // Heartbeats would be frames that no event has caused.
  env: { ...tokenMode, HEARTBEAT_SECONDS: '3600', RATE_LIMITS: 'off' },
});

const namespaces = ['user', 'admin'] as const;
const everyEvent = namespaces.flatMap((namespace) =>
  Object.keys(clientEvents[namespace]).map((event) => [namespace, event] as const),
);

/** The form that the table promises for the answer: parsing leaves out what is not in it. */
function dataOf(namespace: NamespaceName, event: string): z.ZodType {
  const rows: Record<string, { data: z.ZodType }> = clientEvents[namespace];
  return (rows[event] as { data: z.ZodType }).data;
}

/** Events that tell every admin how the queue stands, whoever has the chat. */
const queueNews = ['new_chat_request', 'chat_assigned', 'chat_unassigned'];

test.each(everyEvent)(
  '[P6] /%s %s: everybody gets the verdict of the table, and nobody else hears of it',
  async (namespace, event) => {
    const row = rowOf(namespace, event);
    const cast = await Cast.gather(server().url);
    const ways: Way[] = routeOf(namespace, event as never) ? ['socket', 'REST'] : ['socket'];

    for (const [role, verdicts] of Object.entries(row.by)) {
      const actor = (cast.roles[namespace] as Record<string, Actor>)[role] as Actor;
      for (const way of ways) {
        const hidden = new Map<Situation, string>();
        for (const [index, situation] of situations.entries()) {
          const expected = verdicts[index] as Verdict;
          const what = `${role} by ${way}, chat ${situation}`;
          const chatId = await cast.chat(situation);
          const payload = row.payload(chatId);
          const before = await cast.stored(chatId);
          const { answer, heard } = await cast.hear(() =>
            way === 'socket'
              ? trySocket(actor, event, payload)
              : tryRest(server().url, namespace, actor, event, payload),
          );
          expect(answer.verdict, what).toBe(expected);
          if (expected === 'ok') {
            expectNoLeak(cast, actor, situation, heard, what);
            expect(dataOf(namespace, event).parse(answer.data), what).toEqual(answer.data);
          } else {
            expect(await cast.stored(chatId), `${what}: stored`).toBe(before);
            expectOnlyError(actor, event, way, heard, what);
          }
          if (expected === 'chat_not_found') {
            hidden.set(situation, answer.bytes + JSON.stringify(heard));
          }
        }
        // A chat that is hidden is, to the byte, one that is not there.
        for (const [situation, bytes] of hidden) {
          expect(bytes, `${role} by ${way}, chat ${situation}`).toBe(hidden.get('absent'));
        }
      }
    }
  },
);

/** After a refusal only the one who tried hears of it, on the socket that tried. */
function expectOnlyError(actor: Actor, event: string, way: Way, heard: Heard, what: string): void {
  const { [actor.id]: own = [], ...others } = heard;
  expect(others, what).toEqual({});
  expect(own, what).toEqual(
    way === 'REST' ? [] : [{ event: 'error', data: expect.objectContaining({ event }) }],
  );
}

/** Those who are not in the chat hear nothing of what is done in it; admins see their queue change. */
function expectNoLeak(cast: Cast, actor: Actor, situation: Situation, heard: Heard, what: string) {
  const { user, admin } = cast.roles;
  const inQueue = situation === 'waiting' ? [...queueNews, 'chat_ended'] : queueNews;
  const outsiders: Client<NamespaceName>[] = [user.stranger, admin.colleague, admin.supervisor];
  if (situation === 'waiting') outsiders.push(admin.owner);
  for (const outsider of outsiders.filter((one) => one !== actor)) {
    const allowed = outsider === user.stranger ? [] : inQueue;
    const foreign = (heard[outsider.id] ?? []).filter((one) => !allowed.includes(one.event));
    expect(foreign, `${what}: heard by ${outsider.id}`).toEqual([]);
  }
}

test('the table of verdicts has each event of the table of events, and no other', () => {
  const rows = namespaces.flatMap((namespace) =>
    Object.keys(matrix[namespace]).map((event) => [namespace, event] as const),
  );
  expect(new Set(rows.map((row) => JSON.stringify(row)))).toEqual(
    new Set(everyEvent.map((row) => JSON.stringify(row))),
  );
});

test.each(everyEvent)(
  '[P6] /%s %s is closed to the other side, and to those who prove nothing',
  async (namespace, event) => {
    const { url } = server();
    const cast = await Cast.gather(url);
    const chatId = await cast.chat('assigned');
    const payload = rowOf(namespace, event).payload(chatId);
    const before = await cast.stored(chatId);
    const other = namespace === 'user' ? cast.roles.admin.owner : cast.roles.user.owner;
    const shared = event in clientEvents.user && event in clientEvents.admin;

    const { heard } = await cast.hear(async () => {
      if (!shared) {
        expect(await trySocket(other, event, payload)).toMatchObject({ verdict: 'unknown_event' });
      }
      if (!routeOf(namespace, event as never)) return;
      expect(await tryRest(url, namespace, other, event, payload)).toMatchObject({
        verdict: 'forbidden',
      });
      const claim = cast.roles[namespace].owner.id;
      for (const caller of [{}, { id: claim }, { id: claim, token: 'not.a.token' }]) {
        const tried = await tryRest(url, namespace, caller, event, payload);
        expect(tried.verdict).toBe('unauthorized');
      }
    });
    expect(heard).toEqual(
      shared
        ? {}
        : {
            [other.id]: [
              { event: 'error', data: expect.objectContaining({ code: 'unknown_event' }) },
            ],
          },
    );
    expect(await cast.stored(chatId)).toBe(before);
  },
);

test.each([
  ['user', 'admin', 'forbidden'],
  ['user', 'supervisor', 'forbidden'],
  ['admin', 'user', 'forbidden'],
] as const)('[P6] /%s is closed to a token for the role %s', async (namespace, role, code) => {
  const token = await tokenFor('mallory', role);
  const intruder = client(server().url, namespace, 'mallory', { auth: { token } });
  expect((await refusal(intruder)).data).toMatchObject({ code });
});
