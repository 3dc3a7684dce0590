// What came of `npm run faults -- --report test/faults/results.jsonl`, for docs/reliability.md.
import { readFileSync } from 'node:fs';

const RESULTS = 'test/faults/results.jsonl';

/** @param table makes a table of a head and rows */
export function printFaults(table) {
  const runs = readFileSync(RESULTS, 'utf8').trim().split('\n').map(JSON.parse);
  const struck = new Map();
  for (const run of runs) {
    for (const [name, { times, recovery }] of Object.entries(run.struck)) {
      const known = struck.get(name) ?? { times: 0, recovery: 0 };
      known.times += times;
      known.recovery = Math.max(known.recovery, recovery);
      struck.set(name, known);
    }
  }
  const machines = [...new Set(runs.map(({ machine }) => machine))].join('; ');
  const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;
  return [
    `Runs, on ${machines}:`,
    table(
      ['Day', 'Seed', 'Time', 'Acked messages', 'Chats', 'All knew all after', 'Broken promises'],
      runs.map(({ at, seed, seconds: took, acked, chats, equalAfter, broken }) => [
        at.slice(0, 10),
        String(seed),
        `${took} s`,
        String(acked),
        String(chats),
        seconds(equalAfter),
        broken.length === 0 ? 'none' : `${broken.length}, such as: ${broken[0]}`,
      ]),
    ),
    'What struck in them:',
    table(
      ['Fault', 'Times', 'Recovery'],
      [...struck].map(([name, { times, recovery }]) => [name, String(times), seconds(recovery)]),
    ),
  ].join('\n\n');
}
