/** Addresses in what people write: which they are, and that no text is slow. */
import { partsOf } from '@chat-server/client/links';
import { expect, test } from 'vitest';

test.each([
  ['see https://a.example/x.', 'https://a.example/x'],
  ['(https://a.example/wiki/A_(b))', 'https://a.example/wiki/A_(b)'],
  ['HTTP://A.example', 'HTTP://A.example'],
  ['[(https://a.example/(b)[c]).]', 'https://a.example/(b)[c]'],
  ['ann@mail.example, please', 'mailto:ann@mail.example'],
  ['mailto:ann@mail.example?subject=x', 'mailto:ann@mail.example?subject=x'],
  ['"https://a.example/?q=1&b=2#c"', 'https://a.example/?q=1&b=2#c'],
])('in %j there is the link %j', (text, href) => {
  const parts = partsOf(text);
  expect(parts.flatMap((part) => part.href ?? [])).toEqual([href]);
  expect(parts.map((part) => part.text).join('')).toBe(text);
});

test.each([
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'jаvascript:https:alert(1)',
  'vbscript:x',
  'file:///etc/passwd',
  'http://',
  'ftp://a.example',
  'not.a.link',
  'mailto:...',
  'https://user@bank.example/',
  `https://a.example/${'x'.repeat(2048)}`,
])('in %j there is no link', (text) => {
  expect(partsOf(text)).toEqual([{ text, href: null }]);
});

/** Shortest of several runs, in milliseconds: what else the machine does is not of the text. */
function durationOf(text: string): number {
  const runs = Array.from({ length: 5 }, () => {
    const start = performance.now();
    partsOf(text);
    return performance.now() - start;
  });
  return Math.min(...runs);
}

test.each([
  `http://a${')'.repeat(7990)}`,
  `http://a${'.).)'.repeat(1990)}…x`,
  `http://a${'([{'.repeat(1300)}${')]}'.repeat(1300)}`,
  'a.'.repeat(4000),
  'a@'.repeat(4000),
  `a@a${'.a-'.repeat(2660)}`,
  `a@${'-'.repeat(7990)}`,
  'http://'.repeat(1140),
  'mailto:'.repeat(1140),
])('no text of 8000 characters takes long: %.20s', (text) => {
  expect(durationOf(text)).toBeLessThan(20);
});
