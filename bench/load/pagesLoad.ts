/** A supervisor who reads one page after the other: the queue, histories, the chats of a user. */
import { percentile } from '../statistics.js';
import { Connection } from './Connection.js';

export interface PagesJob {
  kind: 'pages';
  port: number;
  pid: number;
  /** Chats to choose histories from. */
  chatIds: string[];
  /** Users to look for. */
  userIds: string[];
  times: number;
}

/** Milliseconds from the question to the whole answer. */
interface Times {
  p50: number;
  p99: number;
}

export interface PagesResult {
  queue: Times;
  history: Times;
  ofUser: Times;
}

export async function pagesLoad(job: PagesJob): Promise<PagesResult> {
  const { port, chatIds, userIds, times } = job;
  const reader = await Connection.open(port, 'admin', 'reader', '&role=supervisor');
  const timed = async (event: string, payloadOf: (round: number) => object): Promise<Times> => {
    const taken: number[] = [];
    // Some before those that count: caches and compiled code are for both stores alike.
    for (let round = -times / 10; round < times; round++) {
      const from = performance.now();
      await reader.ask(event, payloadOf(Math.max(0, round)));
      if (round >= 0) taken.push(performance.now() - from);
    }
    return { p50: percentile(taken, 50), p99: percentile(taken, 99) };
  };
  return {
    queue: await timed('get_unassigned_chats', () => ({ limit: 100 })),
    history: await timed('get_messages', (round) => ({
      chatId: chatIds[round % chatIds.length],
      limit: 50,
    })),
    ofUser: await timed('get_chats', (round) => ({
      scope: 'all',
      ofUser: userIds[round % userIds.length],
    })),
  };
}
