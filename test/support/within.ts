import { expect } from 'vitest';

/**
 * Holds when one of a few tries takes less than so many milliseconds: once is enough to show it, and a
 * machine that is busy may need another.
 * @param work gives how long it took
 */
export async function expectWithin(
  limit: number,
  work: () => Promise<number>,
  tries = 4,
): Promise<void> {
  const took = [await work()];
  while (Math.min(...took) >= limit && took.length < tries) took.push(await work());
  expect(Math.min(...took), `milliseconds, of ${took}`).toBeLessThan(limit);
}
