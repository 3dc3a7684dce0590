/** The load generator's frames, against those of a library that others rely on. */
import { expect, test } from 'vitest';
import { FrameReader, FrameTemplate, textFrame } from '../../bench/load/frames.js';
import { readAsServer, serverFrame } from '../support/webSocketParts.js';

/** Sizes on both sides of where the header changes. */
const LENGTHS = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000];
const mask = Buffer.from([0x12, 0x9a, 0x00, 0xff]);

test('a server reads what textFrame wrote, at every length of the header', () => {
  const texts = LENGTHS.map((length) => 'x'.repeat(length));
  texts.push('Grüße, 你好, 👋🏽');
  expect(readAsServer(Buffer.concat(texts.map((text) => textFrame(text, mask))))).toEqual(texts);
});

test('a template differs from frame to frame in its digits alone', () => {
  const template = new FrameTemplate('42/user,####["m",{"id":"a-####","at":"#######"}]', mask);
  const bytes = Buffer.alloc(2 * template.length);
  template.write(bytes, 0, [1000, 1000, 42]);
  template.write(bytes, template.length, [9999, 7, 1_234_567]);
  expect(readAsServer(bytes)).toEqual([
    '42/user,1000["m",{"id":"a-1000","at":"0000042"}]',
    '42/user,9999["m",{"id":"a-0007","at":"1234567"}]',
  ]);
});

test.each([
  [1, 127],
  [2, 127],
  [3, 127],
  [129, 65_535],
  [4096, 200_000],
  [65_536, 200_000],
  [1_000_000, 200_000],
])('FrameReader finds every frame in pieces of %i bytes', (size, longest) => {
  const texts = LENGTHS.filter((length) => length <= longest).map((length) => 'y'.repeat(length));
  const bytes = Buffer.concat(texts.flatMap(serverFrame));
  const read: string[] = [];
  const reader = new FrameReader((_opcode, from, start, end) => {
    read.push(from.toString('utf8', start, end));
  });
  // One buffer for all reads, as sockets use it: what is kept for later must be a copy.
  const shared = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const length = bytes.copy(shared, 0, at, Math.min(at + size, bytes.length));
    reader.push(shared.subarray(0, length));
  }
  expect(read).toEqual(texts);
});

test('FrameReader takes nothing that a server of ours would not send', () => {
  const push = (bytes: Buffer) => new FrameReader(() => {}).push(bytes);
  expect(() => push(textFrame('masked', mask))).toThrow('no server sends');
  expect(() => push(Buffer.from([0x01, 0x00]))).toThrow('no server sends');
});
