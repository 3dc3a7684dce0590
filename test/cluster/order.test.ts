/** The parts that keep the order, against every disorder by chance. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Gate } from '../../src/feed/Gate.js';
import { LogTail } from '../../src/store/LogTail.js';
import type { Done } from '../../src/timeline/commands.js';
import { seed } from '../support/random.js';

const to = { chatId: 'chat', userId: 'ursula', adminId: null };
const entry = (seq: number) => ({ kind: 'message', entry: { seq }, to }) as unknown as Done;
const seqOf = (done: Done) => done.entry?.seq;
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

test(`[P3] a gate lets each entry pass once and in order, however they come (SEED=${seed})`, () => {
  const disorder = fc
    .record({ last: fc.integer({ min: 1, max: 40 }), lost: fc.array(fc.nat(40)) })
    .chain(({ last, lost }) =>
      fc.record({
        last: fc.constant(last),
        heard: fc
          .shuffledSubarray([...upTo(last), ...upTo(last)], { minLength: 0 })
          .map((seqs) => seqs.filter((seq) => !lost.includes(seq))),
      }),
    );
  fc.assert(
    fc.property(disorder, ({ last, heard }) => {
      const gate = new Gate(to);
      const passed: Done[] = [...gate.begin(0)];
      for (const seq of heard) passed.push(...gate.offer(seq, entry(seq)));
      // What was lost comes from the database, after the `seq` that the gate names.
      gate.reveal(last);
      while (gate.lacks)
        passed.push(...gate.offer((gate.seq ?? 0) + 1, entry((gate.seq ?? 0) + 1)));
      expect(passed.map(seqOf)).toEqual(upTo(last));
    }),
    { seed },
  );
});

test('a gate that does not know where to begin holds everything, and begins where it is told', () => {
  const gate = new Gate(to);
  expect(gate.offer(7, entry(7))).toEqual([]);
  expect(gate.offer(6, entry(6))).toEqual([]);
  expect(gate.begin(5).map(seqOf)).toEqual([6, 7]);
  expect(gate.begin(0)).toEqual([]);
  expect(gate.offer(6, entry(6))).toEqual([]);
});

/** A table as other transactions see it, and what its tail has told of. */
function followed() {
  const visible = new Set<number>();
  const rows = (wanted: (number: number) => boolean, limit = Infinity) => {
    const found = [...visible].filter(wanted).sort((a, b) => a - b);
    return found.slice(0, limit).map((number) => ({ number }));
  };
  const tail = new LogTail({
    last: async () => Math.max(0, ...visible),
    gaps: async (above, upTo) =>
      rows((number) => number > above && number <= upTo).flatMap(({ number }, index, all) => {
        const from = (all[index - 1]?.number ?? above) + 1;
        return from < number ? [{ from, to: number - 1 }] : [];
      }),
    above: async (above, limit) => rows((number) => number > above, limit),
    within: async (ranges, limit) =>
      rows((number) => ranges.some(({ from, to }) => from <= number && number <= to), limit),
  });
  const seen: number[] = [];
  const look = async (now?: number) => {
    for await (const page of tail.news(now)) seen.push(...page.map(({ number }) => number));
  };
  return { visible, seen, look };
}

test(`a tail sees each row once, in whatever order transactions commit (SEED=${seed})`, async () => {
  const commits = fc.integer({ min: 1, max: 60 }).chain((last) =>
    fc.record({
      order: fc.shuffledSubarray(upTo(last), { minLength: last, maxLength: last }),
      before: fc.nat(last),
      looks: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 30 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(commits, async ({ order, before, looks }) => {
      const { visible, seen, look } = followed();
      for (const number of order.slice(0, before)) visible.add(number);
      // What is there already when it begins is for those who come to read.
      await look();
      expect(seen).toEqual([]);
      let turn = 0;
      for (const number of order.slice(before)) {
        visible.add(number);
        if (number % (looks[turn++ % looks.length] ?? 1) === 0) await look();
      }
      await look();
      const after = order.slice(before).sort((a, b) => a - b);
      expect(seen.sort((a, b) => a - b)).toEqual(after);
    }),
    { seed },
  );
});

test('[P8] a tail passes over no row, however many have a later number', async () => {
  const { visible, seen, look } = followed();
  await look();
  visible.add(12_001);
  await look();
  for (const number of upTo(12_000)) visible.add(number);
  await look();
  expect(seen.length).toBe(12_001);
  expect(new Set(seen).size).toBe(12_001);
});

test('a tail forgets a number when no transaction can have it any more', async () => {
  const { visible, seen, look } = followed();
  await look(0);
  visible.add(3);
  await look(1000);
  visible.add(1);
  // However late: as after a time in which the database could not be asked.
  await look(100_000);
  visible.add(2);
  await look(101_000);
  expect(seen).toEqual([3, 1]);
});
