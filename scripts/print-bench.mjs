// The newest whole run of the benchmark, for the docs.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const RESULTS = 'bench/results';
const NONE = 'No whole run has been kept yet: `npm run bench` makes one.';

/** Names begin with the date, so the last is the newest. */
function newest() {
  if (!existsSync(RESULTS)) return undefined;
  const name = readdirSync(RESULTS)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .at(-1);
  if (!name) return undefined;
  const read = (file) => readFileSync(`${RESULTS}/${file}`, 'utf8');
  return { report: JSON.parse(read(name)), tables: read(name.replace(/json$/, 'md')) };
}

function conditions({ date, machine }) {
  const { cpu, cores, memoryGiB, node, versions, commit, changed } = machine;
  const libraries = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const state = changed ? ', with changes not yet committed' : '';
  return `Measured ${date.slice(0, 10)} at commit ${commit}${state}, on ${cores} cores (${cpu}), ${memoryGiB} GiB, Node ${node}, ${libraries.join(', ')}.`;
}

/** All of it. */
export function printResults() {
  const run = newest();
  return run ? `${conditions(run.report)}\n\n${run.tables.trim()}` : NONE;
}

/** Messages a second, beside both relays. */
export function printSpeed() {
  const run = newest();
  if (!run) return NONE;
  const { summaries } = run.report;
  const prefix = 'chat, ';
  const rows = summaries
    .filter(({ scenario, contender }) => scenario.startsWith(prefix) && contender === 'chat-server')
    .map(({ scenario, figures }) => {
      const of = (contender) =>
        summaries.find((one) => one.scenario === scenario && one.contender === contender)?.figures
          .messagesPerSecond?.median;
      const own = figures.messagesPerSecond?.median;
      const beside = ['relay', 'relay, coalesced'].map((contender) => {
        const other = of(contender);
        if (!own || !other) return '–';
        return `${count(other)} (${(own / other).toFixed(2)})`;
      });
      return `| ${scenario.slice(prefix.length)} | ${own ? count(own) : '–'} | ${beside.join(' | ')} |`;
    });
  return [
    '| messages a second | this server | bare relay (ours to it) | relay with the same coalesced writes (ours to it) |',
    '| --- | ---: | ---: | ---: |',
    ...rows,
    '',
    conditions(run.report),
  ].join('\n');
}

const count = (value) => Math.round(value).toLocaleString('en');
