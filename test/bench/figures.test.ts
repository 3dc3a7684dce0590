/** What the benchmark computes from what it measures. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cpuTime, cpuUse, parseStat, residentBytes } from '../../bench/cpu.js';
import { type Run, summarize } from '../../bench/figures.js';
import { marksOf } from '../../bench/marks.js';
import { median, percentile, spread } from '../../bench/statistics.js';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => count - index);

test.each([
  [[7], 99, 7],
  [upTo(100), 99, 99],
  [upTo(100), 100, 100],
  [upTo(100), 1, 1],
  [upTo(100), 0.5, 1],
  [upTo(101), 50, 51],
  [[1, 10, 2], 50, 2],
  [[1, 2, 10, 20], 50, 6],
  [[9, 10, 100], 99, 100],
])('percentile', (values, percent, expected) => {
  const before = [...values];
  expect(percentile(values, percent)).toBe(expected);
  expect(values).toEqual(before);
});

test('no values have no percentile', () => {
  expect(() => median([])).toThrow('no values');
});

test('spread', () => {
  expect(spread([3, 1, 2])).toEqual([1, 3]);
});

test('CPU time is read behind a name that has spaces and brackets', () => {
  const rest = 'S 1 1 1 0 -1 4194304 100 0 0 0 1234 56 0 0 20 0 11 0 99';
  expect(parseStat(`4711 (node) main (x) ${rest}`)).toBe(1290);
});

test('the share of a process that works all the time is a core, of one that waits nothing', async () => {
  const spin = (milliseconds: number) => {
    const until = process.cpuUsage().user + milliseconds * 1000;
    while (process.cpuUsage().user < until);
  };
  const from = cpuTime(process.pid);
  spin(100);
  const worked = cpuTime(process.pid);
  // However busy the machine is, the CPU time itself is what was spent; ticks are hundredths.
  const { cpuSeconds, processShare, seconds } = cpuUse(from, worked);
  expect(cpuSeconds).toBeGreaterThan(0.07);
  expect(processShare).toBeCloseTo(cpuSeconds / seconds, 6);
  expect(cpuUse(worked, { ...worked, wall: worked.wall + 1 })).toMatchObject({
    processShare: 0,
    mainThreadShare: 0,
  });
});

test('resident memory is in bytes', () => {
  const pages = Number(readFileSync(`/proc/${process.pid}/statm`, 'utf8').split(' ')[1]);
  const ratio = residentBytes(process.pid) / (pages * 4096);
  expect(ratio).toBeGreaterThan(0.8);
  expect(ratio).toBeLessThan(1.25);
});

const run = (contender: string, messagesPerSecond: number, isVoid: string | null = null): Run => ({
  scenario: 'chat, 1,000 pairs',
  contender,
  round: 0,
  figures: { messagesPerSecond },
  void: isVoid,
});

test('runs that do not count are in no median', () => {
  const [summary] = summarize([
    run('relay', 10),
    run('relay', 1000, 'the load generator was the limit'),
    run('relay', 30),
  ]);
  expect(summary).toMatchObject({
    contender: 'relay',
    rounds: 2,
    figures: { messagesPerSecond: { median: 20, least: 10, greatest: 30 } },
  });
});

test('marks are ratios of medians, and only of what was measured', () => {
  const summaries = summarize([
    run('relay', 100),
    run('relay, coalesced', 200),
    run('chat-server', 170),
  ]);
  expect(marksOf(summaries, 'chat-server')).toEqual([
    { what: '1,000 pairs: against the relay', mark: '≥ 1.00', value: 1.7, unit: '', holds: true },
    {
      what: '1,000 pairs: against the coalesced relay',
      mark: '≥ 0.90',
      value: 0.85,
      unit: '',
      holds: false,
    },
  ]);
});
