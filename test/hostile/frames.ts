/** Frames that are almost right, for the fuzzer: fast-check makes them, and shrinks what it finds. */
import fc from 'fast-check';
import { clientEvents } from '../../src/validations/events.js';

/** What one session sends: frames at once, in the order of the array. */
export type Session = { transport: 'websocket' | 'polling'; joins: boolean; frames: Frame[] };
export type Frame = string | Buffer;

/** Stands for the attacker's own chat; it is known only when the session runs. */
export const CHAT = '@chat@';

const namespaces = fc.constantFrom(
  '/user',
  '/admin',
  '/',
  '',
  '/nowhere',
  '/user?x=y',
  '/__proto__',
);
const knownEvents = Object.values(clientEvents).flatMap((events) => Object.keys(events));
const names = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...knownEvents) },
  fc.constantFrom('error', 'connect', 'disconnect', 'newListener', '__proto__', '', 'any'),
  fc.string(),
  fc.integer(),
);

const numbers = fc.constantFrom(
  0,
  -1,
  1,
  200,
  201,
  1.5,
  2 ** 53,
  -(2 ** 53),
  1e308,
  99_999_999_999,
);
const texts = fc.oneof(
  fc.constantFrom(CHAT, '', ' ', '\0', '\u202E', '\uD800', '{"$ne":null}', "' OR 1=1--", '../'),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.nat({ max: 20_000 }).map((length) => 'a'.repeat(length)),
);
const values = fc.oneof(
  texts,
  numbers,
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom({ _placeholder: true, num: 0 }, { _placeholder: true, num: 9 }, { toJSON: 1 }),
);
const keys = fc.constantFrom(
  'chatId',
  'content',
  'senderId',
  'receiverId',
  'clientMessageId',
  'afterSeq',
  'beforeSeq',
  'limit',
  'cursor',
  'typing',
  'preview',
  'url',
  'seenSeq',
  '__proto__',
  'constructor',
);
const payloads = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.tuple(keys, values), { maxLength: 5 }).map(objectOf) },
  {
    weight: 2,
    arbitrary: texts.map((content) => JSON.stringify({ chatId: CHAT, content })),
  },
  values.map((value) => JSON.stringify(value) ?? 'undefined'),
  fc.integer({ min: 1, max: 30_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  fc
    .integer({ min: 1, max: 10_000 })
    .map((depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
);

/** JSON by hand, so that `__proto__` and repeated keys stay what they are. */
function objectOf(entries: [string, unknown][]): string {
  return `{${entries.map(([key, value]) => `"${key}":${JSON.stringify(value) ?? 'null'}`).join(',')}}`;
}

const ids = fc.oneof(
  fc.constantFrom('', '0', '7', '12345678901234567890', '-1', '1e5'),
  fc.nat().map(String),
);
const attachments = fc.constantFrom('', '1-', '2-', '0-', '11-', '-', 'x-', '1e1-');

const events = fc
  .tuple(namespaces, ids, names, fc.array(payloads, { maxLength: 3 }))
  .map(([nsp, id, name, args]) => `42${nsp},${id}[${[JSON.stringify(name), ...args].join(',')}]`);
const binaryEvents = fc
  .tuple(attachments, namespaces, ids, names, payloads)
  .map(([count, nsp, id, name, arg]) => `45${count}${nsp},${id}[${JSON.stringify(name)},${arg}]`);
const packets = fc
  .tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }), namespaces, ids, payloads)
  .map(([outer, inner, nsp, id, body]) => `${outer}${inner}${nsp},${id}${body}`);
const binary = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const noise = fc.string({ unit: 'binary', maxLength: 200 });

/** Cuts, doubles or changes a part of a frame. */
const damaged = fc
  .tuple(events, fc.nat(), fc.nat({ max: 20 }), fc.string({ maxLength: 4 }), fc.boolean())
  .map(([frame, at, length, other, twice]) => {
    const start = at % (frame.length + 1);
    const part = frame.slice(start, start + length);
    return frame.slice(0, start) + (twice ? part + part : other) + frame.slice(start + length);
  });

const frames: fc.Arbitrary<Frame> = fc.oneof(
  { weight: 8, arbitrary: events },
  { weight: 3, arbitrary: damaged },
  { weight: 2, arbitrary: binaryEvents },
  { weight: 2, arbitrary: packets },
  { weight: 1, arbitrary: binary },
  { weight: 1, arbitrary: noise },
);

export const sessions: fc.Arbitrary<Session> = fc.record({
  transport: fc.constantFrom('websocket', 'polling'),
  joins: fc.boolean(),
  frames: fc.array(frames, { minLength: 1, maxLength: 12 }),
});
