/** The parts of limits that need no server. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Allowance } from '../../src/limits/Allowance.js';
import { Addresses, networkOf } from '../../src/limits/addresses.js';
import { Crowd } from '../../src/limits/Crowd.js';
import { seed } from '../support/random.js';

test(`an allowance never gives more than burst and rate, nor less (seed ${seed})`, () => {
  const rates = fc.record({
    perSecond: fc.integer({ min: 1, max: 1000 }),
    burst: fc.integer({ min: 1, max: 1000 }),
  });
  const pauses = fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(rates, pauses, (rate, gaps) => {
      const allowance = new Allowance(rate);
      const start = 1_700_000_000_000;
      let now = start;
      let level = rate.burst;
      for (const gap of gaps) {
        now += gap;
        level = Math.min(rate.burst, level + (gap * rate.perSecond) / 1000);
        const wait = allowance.take(now);
        if (wait === 0) level -= 1;
        // What is granted was there; what is refused was not, and will be after the wait.
        expect(level).toBeGreaterThan(-1e-3);
        if (wait > 0) {
          expect(level).toBeLessThan(1 + 1e-3);
          expect(level + (wait * rate.perSecond) / 1000).toBeCloseTo(1, 2);
        }
      }
    }),
    { seed },
  );
});

test('what is used too much is made good by the rate', () => {
  const allowance = new Allowance({ perSecond: 10, burst: 100 });
  allowance.use(1000, 120);
  expect(allowance.overdrawn(1000)).toBe(2000);
  expect(allowance.overdrawn(2500)).toBe(500);
  expect(allowance.take(2500)).toBe(600);
  expect(allowance.overdrawn(3000)).toBe(0);
  expect(allowance.isFull(12_999)).toBe(false);
  expect(allowance.isFull(13_000)).toBe(true);
});

test('a crowd lets in the most, and each place once again', () => {
  const crowd = new Crowd(2);
  expect([crowd.enter('a'), crowd.enter('a'), crowd.enter('a')]).toEqual([true, true, false]);
  expect(crowd.enter('b')).toBe(true);
  crowd.leave('a');
  expect([crowd.enter('a'), crowd.enter('a')]).toEqual([true, false]);
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['192.0.2.1:4711', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['[2001:db8::1]:443', '2001:db8:0:0::/64'],
  ['2001:db8:0:0:ffff:ffff:ffff:ffff', '2001:db8:0:0::/64'],
  ['2001:0DB8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['unknown', 'unknown'],
  ['x'.repeat(100), 'x'.repeat(45)],
])('%s is answerable as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test.each([
  [0, 'client, proxy', 'peer'],
  [1, 'client, proxy', 'proxy'],
  [2, 'client, proxy', 'client'],
  [3, 'client, proxy', 'client'],
  [1, '', 'peer'],
  [1, ' , ,client', 'client'],
])('behind %i proxies, X-Forwarded-For "%s" means %s', (proxies, header, expected) => {
  const request = { headers: { 'x-forwarded-for': header }, socket: { remoteAddress: 'peer' } };
  const addresses = new Addresses(proxies, { warn: () => undefined });
  expect(addresses.of(request as never)).toBe(expected);
});
