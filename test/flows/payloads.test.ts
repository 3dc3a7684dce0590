/** Payloads that are wrong in every way the schemas can be broken, on sockets and over HTTP. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { reasons, type WireError } from '../../src/errors.js';
import { clientEvents, type EventName, type NamespaceName } from '../../src/validations/events.js';
import { rowOf } from '../auth/verdicts.js';
import { type Client, names, pair } from '../support/clients.js';
import { seed } from '../support/random.js';
import { rest, routeOf } from '../support/rest.js';
import { sharedServer } from '../support/server.js';

const server = sharedServer({ env: { RATE_LIMITS: 'off' } });

const everyEvent = (['user', 'admin'] as const).flatMap((namespace) =>
  Object.entries(clientEvents[namespace]).map(
    ([event, { payload }]) => [namespace, event, payload as z.ZodType] as const,
  ),
);

/** What a client may be told about a wrong payload: a fixed sentence, and names of our own. */
function expectInvalid(error: WireError | undefined, what: string): void {
  expect(error, what).toMatchObject({
    code: 'invalid_payload',
    message: reasons.invalid_payload[1],
  });
  for (const detail of error?.details ?? []) {
    expect(detail, what).not.toContain(MARK);
    expect(detail.length, what).toBeLessThan(200);
  }
}

/** Put into strings that are sent; nothing of what a client says may come back in an error. */
const MARK = 'reflected';

const describeField = z.object({
  type: z.string().optional(),
  anyOf: z.array(z.object({ type: z.string().optional() })).optional(),
});

/** The parts of a payload, as its schema has them: which must be there, and of which types. */
function fieldsOf(schema: z.ZodType) {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const required = new Set(json.required ?? []);
  return Object.entries(json.properties ?? {}).map(([name, field]) => {
    const { type, anyOf = [] } = describeField.parse(field);
    const types = [type, ...anyOf.map((one) => one.type)].filter((one) => one !== undefined);
    return { name, required: required.has(name), types: types as string[] };
  });
}

const samples: Record<string, unknown[]> = {
  null: [null],
  boolean: [true, false],
  string: [MARK, ''],
  integer: [1],
  number: [1.5],
  array: [[], [MARK]],
  object: [{}, { toJSON: 1 }, { $ne: null }],
};

/** Values of types that a field does not take. */
function wrongFor(types: readonly string[]): unknown[] {
  return Object.entries(samples)
    .filter(([type]) => !types.includes(type))
    .flatMap(([, values]) => values);
}

test.each(everyEvent)(
  '/%s %s refuses a field that is missing or of another type',
  async (...row) => {
    const [namespace, event, schema] = row;
    const { user, admin, chatId } = await pair(server().url, ...names('ursula', 'albert'));
    const one: Client<NamespaceName> = namespace === 'user' ? user : admin;
    const right = rowOf(namespace, event).payload(chatId);
    const wrong: unknown[] = [[], MARK, 7, true];
    for (const { name, required, types } of fieldsOf(schema)) {
      if (required) {
        wrong.push({ ...right, [name]: undefined }, null, undefined);
      }
      wrong.push(...wrongFor(types).map((value) => ({ ...right, [name]: value })));
    }
    for (const payload of wrong) {
      const answer = await one.ask(event as EventName<NamespaceName>, payload);
      expect(answer.ok, JSON.stringify(payload)).toBe(false);
      if (!answer.ok) expectInvalid(answer.error, JSON.stringify(payload));
    }
    // Each refusal is told by `error` as well, and nothing of it was written.
    await one.caughtUp();
    expect(one.all('error')).toHaveLength(wrong.length);
    const { messages } = await admin.do('get_messages', { chatId, afterSeq: 0 });
    expect(messages.map(({ kind }) => kind)).toEqual(['assignment']);
  },
);

/** A right payload with something wrong in it, or something else altogether. */
function payloads(schema: z.ZodType, right: object): fc.Arbitrary<unknown> {
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(MARK, '\0', '\ud800', '\u200b', -1, 0, 1e21, 2 ** 53, 1.5, '__proto__'),
  );
  const binary = fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes));
  const known = fieldsOf(schema).map(({ name }) => name);
  const names = fc.constantFrom('chatId', '__proto__', 'constructor', 'role', 'userId', ...known);
  const field = fc.oneof(
    fc.tuple(fc.oneof(names, fc.string({ maxLength: 12 })), anything),
    // Not under `__proto__`: the client's encoder would lose it on the way.
    fc.tuple(fc.constantFrom('chatId', ...known), binary),
  );
  const changed = fc
    .array(field, { minLength: 1, maxLength: 3 })
    .map((fields) => ({ ...right, ...Object.fromEntries(fields) }));
  return fc.oneof({ weight: 4, arbitrary: changed }, anything, binary);
}

test.each(everyEvent)(
  `/%s %s takes what its schema takes, and nothing else (seed ${seed})`,
  async (...row) => {
    const [namespace, event, schema] = row;
    const { url } = server();
    const { user, admin, chatId } = await pair(url, ...names('ursula', 'albert'));
    const one: Client<NamespaceName> = namespace === 'user' ? user : admin;
    const name = event as EventName<NamespaceName>;
    const right = rowOf(namespace, event).payload(chatId);

    await fc.assert(
      fc.asyncProperty(payloads(schema, right), async (payload) => {
        const valid = schema.safeParse(travelled(payload)).success;
        const answer = await one.ask(name, payload);
        const code = answer.ok ? 'ok' : answer.error.code;
        if (!valid) expectInvalid(answer.ok ? undefined : answer.error, code);
        else expect(code).not.toMatch(/invalid_payload|internal/);

        const route = routeOf(namespace, event as never);
        if (route?.[0] !== 'POST' || typeof payload !== 'object' || payload === null) return;
        const posted = await rest(url, namespace, name, { ...payload, chatId }, { id: one.id });
        expect(posted.error?.code ?? 'ok').not.toBe('internal');
      }),
      { seed, numRuns: 40 },
    );
    expect(server().log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  },
);

/** As it is after its way through JSON; binary parts travel beside it, whole. */
function travelled(payload: unknown): unknown {
  if (payload === undefined) return undefined;
  if (Buffer.isBuffer(payload)) return payload;
  const buffers = new Map<string, Buffer>();
  const text = JSON.stringify(payload, function (this: Record<string, unknown>, key, value) {
    const original = this[key];
    if (!Buffer.isBuffer(original)) return value;
    const place = `buffer ${buffers.size}`;
    buffers.set(place, original);
    return place;
  });
  return JSON.parse(text, (_key, value) => buffers.get(value) ?? value);
}

test('no payload, no ack, and more arguments than there should be are all survived', async () => {
  const { user, admin, chatId } = await pair(server().url, ...names('ursula', 'albert'));
  for (const event of Object.keys(clientEvents.user)) {
    user.socket.emit(event);
    user.socket.emit(event, null);
    user.socket.emit(event, [], {}, 'more');
    user.socket.emit(event, { chatId }, 'more', () => undefined);
  }
  // `end_chat` with its chat was among them, and it is not harmed by what stands after the payload.
  expect(await admin.next('chat_ended')).toMatchObject({ chatId, endedBy: user.id });
  for (const event of Object.keys(clientEvents.admin)) {
    admin.socket.emit(event);
    admin.socket.emit(event, 'nonsense', 'more');
  }
  await Promise.all([user.caughtUp(), admin.caughtUp()]);
  expect(server().log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});
