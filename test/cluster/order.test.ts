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

test(`a tail sees each row once, in whatever order transactions commit (SEED=${seed})`, async () => {
  const commits = fc.integer({ min: 1, max: 60 }).chain((last) =>
    fc.record({
      order: fc.shuffledSubarray(upTo(last), { minLength: last, maxLength: last }),
      looks: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 30 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(commits, async ({ order, looks }) => {
      const visible = new Set<number>();
      const rows = () => [...visible].sort((a, b) => a - b).map((number) => ({ number }));
      const tail = new LogTail({
        last: () => Promise.resolve(0),
        above: (number, limit) =>
          Promise.resolve(
            rows()
              .filter((row) => row.number > number)
              .slice(0, limit),
          ),
        among: (numbers) =>
          Promise.resolve(rows().filter(({ number }) => numbers.includes(number))),
      });
      const seen: number[] = [];
      const look = async () => {
        for await (const page of tail.news()) seen.push(...page.map(({ number }) => number));
      };
      await look();
      let turn = 0;
      for (const number of order) {
        visible.add(number);
        if (number % (looks[turn++ % looks.length] ?? 1) === 0) await look();
      }
      await look();
      expect(seen.sort((a, b) => a - b)).toEqual(upTo(order.length));
    }),
    { seed },
  );
});
