/** The process is killed or stopped in mid-stream, again and again, and keeps its promises. */
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { until } from '../support/clients.js';
import { freePort, root, startServer, temporaryDirectory } from '../support/server.js';
import { Crowd, crowdEnv } from './crowd.js';

// Servers start and end many times; a busy machine needs many times as long.
vi.setConfig({ testTimeout: 240_000 });

const KILLS = 22;
/** A server that acks before it commits: what these tests must find out. */
const HASTY = join(root, 'test', 'faults', 'hasty', 'server.mjs');

/** Ends servers on one data directory under the load of one crowd, then asks everybody. */
async function endAgainAndAgain(signal: 'SIGKILL' | 'SIGTERM', times: number, entry?: string) {
  const dataDir = temporaryDirectory();
  const env = { PORT: `${await freePort()}`, ...crowdEnv };
  const start = () => startServer({ dataDir, env, ...(entry && { entry }) });
  let server = await start();
  const crowd = new Crowd(server.url);
  let underWay = 0;
  for (let time = 0; time < times; time++) {
    // Not always at the same point of a batch, of a chat, or of the log of the database.
    const enough = crowd.acked + 5 + ((time * 37) % 120);
    await until(() => crowd.acked >= enough, 'messages to be acked', 60_000);
    underWay += crowd.underWay;
    server.kill(signal);
    expect(await server.exited).toBe(signal === 'SIGKILL' ? signal : 0);
    server = await start();
  }
  return { ...(await crowd.reckon()), underWay };
}

test('[P1] [P2] [P3] nothing is lost, doubled or out of order when the process is killed', async () => {
  const { broken, records, histories, underWay } = await endAgainAndAgain('SIGKILL', KILLS);
  expect(broken).toEqual([]);
  // And it was a trial: much was kept, much was under way, and much was sent more than once.
  const sent = records.flatMap((record) => record.sent);
  expect(histories.reduce((sum, { entries }) => sum + entries.length, 0)).toBeGreaterThan(500);
  expect(underWay).toBeGreaterThan(KILLS);
  expect(sent.filter(({ acks }) => acks.length > 1).length).toBeGreaterThan(20);
  expect(histories.filter(({ chat }) => chat.status === 'ended').length).toBeGreaterThan(5);
});

test('nor when it is stopped in good order', async () => {
  const { broken, underWay } = await endAgainAndAgain('SIGTERM', 3);
  expect(broken).toEqual([]);
  expect(underWay).toBeGreaterThan(3);
});

test('a server that acks before it commits is found out', async () => {
  const { broken } = await endAgainAndAgain('SIGKILL', 5, HASTY);
  expect(broken).toContainEqual(expect.stringMatching(/^\[P1\] .* was acked and is lost$/));
});
