// The trial of several nodes, for longer than the tests have time for:
//
//   npm run faults -- --seconds 600 [--seed 7] [--rounds 3] [--report faults.jsonl]
//
// Every fault strikes once, then pairs of them by chance until the time is over; the same seed gives
// the same order. A broken promise ends it with a line that says which.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

const string = { type: 'string' };
const { values } = parseArgs({
  options: { seconds: string, seed: string, rounds: string, report: string },
});
const rounds = Number(values.rounds ?? 1);
for (let round = 0; round < rounds; round++) {
  const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed) + round;
  process.stderr.write(`round ${round + 1} of ${rounds}, seed ${seed}\n`);
  const { status } = spawnSync(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      'test/faults/cluster.test.ts',
      '--disable-console-intercept',
    ],
    {
      stdio: 'inherit',
      env: {
        ...process.env,
        SEED: String(seed),
        FAULTS_SECONDS: values.seconds ?? '300',
        ...(values.report === undefined ? {} : { FAULTS_REPORT: values.report }),
      },
    },
  );
  if (status !== 0) process.exit(status ?? 1);
}
