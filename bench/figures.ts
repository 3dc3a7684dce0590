/** What runs give: figures by name, and their median and spread. */
import { median, spread } from './statistics.js';

/** Every figure there is: its heading, and how it is written. */
export const figures = {
  messagesPerSecond: { heading: 'messages/s', digits: 0 },
  cpuPerMessage: { heading: 'CPU µs/message', digits: 1 },
  p50: { heading: 'p50 ms', digits: 2 },
  p99: { heading: 'p99 ms', digits: 2 },
  bytesPerConnection: { heading: 'bytes/connection', digits: 0 },
  reconnectSeconds: { heading: 'all back, s', digits: 2 },
  stormSeconds: { heading: 'all served, s', digits: 2 },
  lastAdminHeard: { heading: 'last admin heard, p99 ms', digits: 1 },
  queueP99: { heading: 'queue page, p99 ms', digits: 2 },
  historyP99: { heading: 'history page, p99 ms', digits: 2 },
  ofUserP99: { heading: 'chats of a user, p99 ms', digits: 2 },
  startSeconds: { heading: 'ready, s', digits: 2 },
  mainThreadShare: { heading: 'first thread busy', digits: 2 },
  generatorShare: { heading: 'generator CPU', digits: 2 },
  generatorLoopShare: { heading: 'generator loop', digits: 2 },
} as const;

export type FigureName = keyof typeof figures;

export interface Run {
  scenario: string;
  contender: string;
  round: number;
  figures: Partial<Record<FigureName, number>>;
  /** Why the run does not count; null when it does. */
  void: string | null;
}

export interface Summary {
  scenario: string;
  contender: string;
  /** Runs that count. */
  rounds: number;
  figures: Partial<Record<FigureName, { median: number; least: number; greatest: number }>>;
}

export function summarize(runs: readonly Run[]): Summary[] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const key = `${run.scenario}\n${run.contender}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].map((group) => {
    const counting = group.filter((run) => run.void === null);
    const summary: Summary['figures'] = {};
    for (const name of Object.keys(figures) as FigureName[]) {
      const values = counting.flatMap((run) => run.figures[name] ?? []);
      if (values.length === 0) continue;
      const [least, greatest] = spread(values);
      summary[name] = { median: median(values), least, greatest };
    }
    const { scenario, contender } = group[0] as Run;
    return { scenario, contender, rounds: counting.length, figures: summary };
  });
}
