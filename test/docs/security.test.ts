/** SECURITY.md promises tests: they are there, and every row of the hostile table is one. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../support/server.js';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

const threats = read('SECURITY.md')
  .split('\n')
  .filter(
    (line) => line.startsWith('| ') && !line.startsWith('| Threat') && !line.startsWith('| ---'),
  )
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));

test('every threat has a defence, and a test of the title that is named', () => {
  expect(threats.length).toBeGreaterThan(20);
  for (const [threat = '', defence = '', named = ''] of threats) {
    expect(defence.length, threat).toBeGreaterThan(20);
    const [, path = '', title = ''] = /^`(test\/[^`]+)` › (.+)$/.exec(named) ?? [];
    expect(path !== '' && existsSync(join(root, path)), `${threat}: ${named}`).toBe(true);
    expect(read(path).replaceAll(/\s+/g, ' ').includes(title), `${path}: ${title}`).toBe(true);
  }
});

test('every row of the table of hostile clients is tested', () => {
  const directory = join(root, 'test', 'hostile');
  const text = readdirSync(directory)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(directory, name), 'utf8'))
    .join('\n');
  const numbers = (letter: string, last: number) =>
    Array.from({ length: last }, (_, index) => `${letter}${index + 1}`);
  const rows = [...numbers('H', 15), ...numbers('F', 11), ...numbers('M', 15), ...numbers('S', 7)];
  const missing = rows.filter((row) => !new RegExp(`'${row}['\\s]`).test(text));
  expect(missing).toEqual([]);
});
