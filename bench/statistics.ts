/** Figures about figures. */

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/**
 * The smallest value that at least `percent` of all values do not exceed (nearest rank), except that
 * the median of an even number of values is the mean of the two in the middle.
 * @throws when there are none.
 */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) throw new Error('no values');
  const half = sorted.length / 2;
  if (percent === 50 && Number.isInteger(half))
    return (at(sorted, half - 1) + at(sorted, half)) / 2;
  return at(sorted, Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1));
}

/** Least and greatest. */
export function spread(values: readonly number[]): [least: number, greatest: number] {
  return [Math.min(...values), Math.max(...values)];
}

const at = (sorted: Float64Array, index: number) => sorted[index] as number;
