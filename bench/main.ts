/**
 * `npm run bench`: measures the server and its peers in turns, prints tables, and keeps the results.
 *
 *   --quick           one short round of everything but the grown store: under two minutes
 *   --rounds N        default 5
 *   --only chat,idle  scenarios whose names begin so
 *   --within MINUTES  begins no more runs after that, and reports what there is
 *   --against PATH    another working copy, built, as one more contender
 *   --peers           Prosody, a chat server from Debian, with its archive on, beside them
 *   --profile         no comparison: where the time of the server's threads goes
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Contender, chatServer } from './contenders.js';
import { type Run, summarize } from './figures.js';
import { describeMachine } from './machine.js';
import { marksOf, medianIn } from './marks.js';
import { results, scratch } from './paths.js';
import { requireProsody } from './peers/prosody.js';
import { profile } from './profile.js';
import { markTable, type Report, tables } from './report.js';
import { type MedianOf, type Scenario, scenarios } from './scenarios.js';

/** Above this share of a core the load generator may be what limits a run. */
const GENERATOR_LIMIT = 0.85;
const SERVER = 'chat-server';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string', default: '' },
    within: { type: 'string' },
    against: { type: 'string' },
    peers: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
  },
});

if (options.profile) await profile();
else await compare();

async function compare(): Promise<void> {
  const { quick, peers } = options;
  if (peers) requireProsody();
  const servers = [chatServer(SERVER)];
  if (options.against) servers.push(chatServer(options.against, { tree: options.against }));
  const runs: Run[] = [];
  const medianOf: MedianOf = (...what) => medianIn(summarize(runs))(...what);
  const rounds = Number(options.rounds ?? (options.quick ? 1 : 5));
  const wanted = options.only.split(',');
  const end = performance.now() + Number(options.within ?? Infinity) * 60_000;
  for (const scenario of scenarios({ quick, peers, servers, medianOf })) {
    if (!wanted.some((start) => scenario.name.startsWith(start))) continue;
    say(`\n${scenario.name}: ${scenario.does}`);
    for (let round = 0; round < rounds; round++) {
      for (const contender of inTurn(scenario.contenders, round)) {
        if (performance.now() > end) continue;
        runs.push(await runOnce(scenario, contender, round));
      }
    }
  }
  report(runs);
}

/** Another one begins in every round, so that none always follows the same. */
function inTurn(contenders: Contender[], round: number): Contender[] {
  const first = round % contenders.length;
  return [...contenders.slice(first), ...contenders.slice(0, first)];
}

async function runOnce(scenario: Scenario, contender: Contender, round: number): Promise<Run> {
  const run: Run = {
    scenario: scenario.name,
    contender: contender.name,
    round,
    figures: {},
    void: null,
  };
  const running = await contender.start();
  try {
    run.figures = await scenario.run(running, contender);
    const { generatorShare = 0 } = run.figures;
    if (generatorShare > GENERATOR_LIMIT) run.void = 'the load generator was the limit';
  } catch (error) {
    run.void = error instanceof Error ? error.message : String(error);
  } finally {
    await running.stop();
  }
  if (run.void) say(`  ${contender.name}, round ${round + 1} DOES NOT COUNT: ${run.void}`);
  else say(`  ${contender.name}: ${shortly(run)}`);
  return run;
}

function shortly({ figures }: Run): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${value.toFixed(value < 100 ? 2 : 0)}`)
    .join(', ');
}

function report(runs: Run[]): void {
  const summaries = summarize(runs);
  const marks = marksOf(summaries, SERVER);
  const { quick } = options;
  const whole: Report = {
    date: new Date().toISOString(),
    machine: describeMachine(),
    quick,
    marks,
    summaries,
    runs,
  };
  const text = `${tables(summaries)}\n\n${markTable(marks)}\n`;
  const { date, machine } = whole;
  process.stdout.write(`\n${text}`);
  // Only whole runs are results; anything less is a look at a change.
  const whither = quick || options.only || options.rounds ? scratch : results;
  mkdirSync(whither, { recursive: true });
  const name = join(whither, `${date.slice(0, 16).replaceAll(':', '')}-${machine.commit}`);
  writeFileSync(`${name}.json`, `${JSON.stringify(whole, null, 1)}\n`);
  writeFileSync(`${name}.md`, text);
  say(`\nKept in ${name}.json`);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
