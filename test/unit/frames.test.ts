/** Frames that the server puts together itself, against those of the library it does it for. */
import { expect, test } from 'vitest';
import { framesOf } from '../../src/socket_handler/frames.js';
import { serverFrame } from '../support/webSocketParts.js';

const byLibrary = (text: string) => Buffer.concat(serverFrame(text));

const LENGTHS = [0, 1, 40, 41, 42, 123, 124, 125, 126, 21_844, 21_845, 65_533, 65_534, 65_535];

test.each(['x', 'é', '你', '👋'])('one frame of %s, at every length of the header', (character) => {
  for (const length of LENGTHS.filter((one) => one * character.length < 80_000)) {
    const data = character.repeat(length);
    expect(framesOf([{ type: 'message', data }])?.equals(byLibrary(`4${data}`))).toBe(true);
  }
});

test('many frames, some made already, in their order', () => {
  const made = serverFrame('4made already');
  const frames = framesOf([
    { type: 'open', data: '{"sid":"1"}' },
    { type: 'message', data: 'one' },
    { type: 'message', data: 'not this', options: { wsPreEncodedFrame: made } },
    { type: 'ping' },
    { type: 'message', data: 'ü'.repeat(200) },
  ]);
  const expected = ['0{"sid":"1"}', '4one', '4made already', '2', `4${'ü'.repeat(200)}`];
  expect(frames?.equals(Buffer.concat(expected.map(byLibrary)))).toBe(true);
});

test('what it gives away is not written over later', () => {
  const first = framesOf([{ type: 'message', data: 'first' }]);
  framesOf([{ type: 'message', data: 'other' }]);
  expect(first?.equals(byLibrary('4first'))).toBe(true);
});

test('bytes, and too much at once, are left to the library', () => {
  expect(framesOf([{ type: 'message', data: Buffer.from('bytes') }])).toBeNull();
  const large = { type: 'message', data: 'x'.repeat(60_000) };
  expect(framesOf([large])).not.toBeNull();
  expect(framesOf(Array(5).fill(large))).toBeNull();
});
