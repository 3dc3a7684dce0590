/** Packets as the server writes them, read by the library that every client has. */
import { Decoder, Encoder as LibraryEncoder, type Packet, PacketType } from 'socket.io-parser';
import { expect, test } from 'vitest';
import { Encoder, encodeEvent } from '../../src/feed/encoding.js';

function decode(text: string): Packet {
  const decoded: Packet[] = [];
  const decoder = new Decoder();
  decoder.on('decoded', (packet: Packet) => decoded.push(packet));
  decoder.add(text);
  expect(decoded).toHaveLength(1);
  return decoded[0] as Packet;
}

const data = { content: 'say "hi"\n\u2028 👋', nested: { list: [1, null, 'x'] } };

test('an event is what a client reads', () => {
  expect(decode(encodeEvent('/user', 'new_message', data))).toEqual({
    type: PacketType.EVENT,
    nsp: '/user',
    data: ['new_message', data],
  });
});

test.each<[string, unknown[]]>([
  ['data', [{ ok: true, data }]],
  ['an empty object', [{ ok: true, data: {} }]],
  ['null', [{ ok: true, data: null }]],
  ['nothing', [{ ok: true, data: undefined }]],
  ['a list', [{ ok: true, data: [1, 2] }]],
  ['an error', [{ ok: false, error: { code: 'internal', message: 'no' } }]],
])('an ack with %s is the same as the library makes it', (_what, answer) => {
  const packet: Packet = { type: PacketType.ACK, nsp: '/admin', id: 12, data: answer };
  expect(new Encoder().encode(packet)).toEqual(new LibraryEncoder().encode(packet));
});

test('JSON is made once in a turn, and anew in the next', async () => {
  let made = 0;
  const counted = { toJSON: () => ({ made: ++made }) };
  encodeEvent('/user', 'new_message', counted);
  encodeEvent('/admin', 'new_message', counted);
  new Encoder().encode({
    type: PacketType.ACK,
    nsp: '/user',
    id: 1,
    data: [{ ok: true, data: counted }],
  });
  expect(made).toBe(1);
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  expect(encodeEvent('/user', 'new_message', counted)).toContain('"made":2');
});
