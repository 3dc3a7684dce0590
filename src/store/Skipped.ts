/** Numbers that were passed over, as ranges: a crowd of them costs no more than one. */

/** Both ends belong to it. */
export interface NumberRange {
  from: number;
  to: number;
}

export class Skipped {
  /** Rising, and so is the time since when. */
  private kept: (NumberRange & { since: number })[] = [];

  get ranges(): readonly NumberRange[] {
    return this.kept;
  }

  /** @param range lies above all that were added before */
  add({ from, to }: NumberRange, since: number): void {
    if (from <= to) this.kept.push({ from, to, since });
  }

  /** @param numbers rising */
  remove(numbers: readonly number[]): void {
    let next = 0;
    this.kept = this.kept.flatMap((range) => {
      const left: typeof this.kept = [];
      let { from } = range;
      for (; (numbers[next] ?? Infinity) <= range.to; next++) {
        const number = numbers[next] ?? 0;
        if (number < from) continue;
        if (number > from) left.push({ ...range, from, to: number - 1 });
        from = number + 1;
      }
      if (from <= range.to) left.push({ ...range, from });
      return left;
    });
  }

  /** Forgets what has been kept since then or longer. */
  forget(then: number): void {
    const stays = this.kept.findIndex(({ since }) => since > then);
    this.kept = stays < 0 ? [] : this.kept.slice(stays);
  }
}
