/** What the server has to reach, as ratios of medians in one run. */
import { coalescedRelay, onPostgres, prosody, relay } from './contenders.js';
import type { FigureName, Summary } from './figures.js';
import { shapes } from './shapes.js';

export interface Mark {
  what: string;
  mark: string;
  value: number;
  unit: string;
  holds: boolean;
}

type Median = (scenario: string, contender: string, figure: FigureName) => number;

/** @returns NaN for what was not measured. */
export function medianIn(summaries: readonly Summary[]): Median {
  return (scenario, contender, figure) =>
    summaries.find((one) => one.scenario.startsWith(scenario) && one.contender === contender)
      ?.figures[figure]?.median ?? Number.NaN;
}

/** Of what was measured, all that has a mark. */
export function marksOf(summaries: readonly Summary[], server: string): Mark[] {
  const median = medianIn(summaries);
  const marks: Mark[] = [];
  const atLeast = (what: string, least: number, value: number, unit = '') =>
    add(what, `≥ ${least.toFixed(2)}${unit}`, value, unit, value >= least);
  const atMost = (what: string, most: number, value: number, unit = '') =>
    add(what, `≤ ${most}${unit}`, value, unit, value <= most);
  const add = (what: string, mark: string, value: number, unit: string, holds: boolean) => {
    if (!Number.isNaN(value)) marks.push({ what, mark, value, unit, holds });
  };

  for (const { name, users, admins } of shapes) {
    const speed = (contender: string) => median(`chat, ${name}`, contender, 'messagesPerSecond');
    const own = speed(server);
    const least = users === admins ? 1 : 1.15;
    atLeast(`${name}: against the relay`, least, own / speed(relay.name));
    atLeast(`${name}: against the coalesced relay`, 0.9, own / speed(coalescedRelay.name));
  }
  for (const { name } of shapes) {
    const p99 = (contender: string) => median(`latency, ${name}`, contender, 'p99');
    atMost(`${name}: p99 to the other side`, 15, p99(server), ' ms');
    atMost(`${name}: p99 against the relay's`, 3, p99(server) / p99(relay.name));
  }
  atMost('idle connection', 16, median('idle', server, 'bytesPerConnection') / 1024, ' KB');
  const onDatabase = (contender: string) => median('database', contender, 'messagesPerSecond');
  atLeast('PostgreSQL against SQLite', 0.85, onDatabase(onPostgres.name) / onDatabase(server));
  const besidePeers = (contender: string) => median('peers', contender, 'messagesPerSecond');
  atLeast('100 pairs: against Prosody', 8, besidePeers(server) / besidePeers(prosody.name));
  const grown = (scenario: string, figure: FigureName) =>
    median(scenario, 'grown store', figure) / median(scenario, 'small store', figure);
  atLeast('chat on the grown store', 0.9, grown('grown, chat', 'messagesPerSecond'));
  atMost('queue page on the grown store, p99', 1.5, grown('grown, pages', 'queueP99'));
  atMost('history page on the grown store, p99', 1.5, grown('grown, pages', 'historyP99'));
  atMost('chats of a user on the grown store, p99', 1.5, grown('grown, pages', 'ofUserP99'));
  atMost('ready after start, empty', 1, median('start', 'empty store', 'startSeconds'), ' s');
  atMost('ready after start, grown', 1.2, median('start', 'grown store', 'startSeconds'), ' s');
  return marks;
}
