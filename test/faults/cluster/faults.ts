/** What can go wrong with an installation. Each strikes, and heals when it is told to. */
import type { Random } from '../../support/random.js';
import type { World } from './world.js';

export interface Fault {
  name: string;
  /** What it hurts; two that strike together hurt different parts. */
  part: 'nodes' | 'line' | 'bus' | 'database';
  /** How long it lasts, in milliseconds. */
  lasts: number;
  /** @returns what heals it; a fault that heals by itself gives nothing */
  strike(world: World): Promise<(() => Promise<void> | void) | undefined>;
}

const fault = (
  part: Fault['part'],
  name: string,
  lasts: number,
  strike: Fault['strike'],
): Fault => ({ name, part, lasts, strike });

export const faults: Fault[] = [
  fault('nodes', 'a node is killed (SIGKILL)', 500, async (world) => {
    await world.end(world.anyNode(), 'SIGKILL');
    return () => world.addNode();
  }),
  fault('nodes', 'a node is told to stop (SIGTERM)', 500, async (world) => {
    const exitCode = await world.end(world.anyNode(), 'SIGTERM');
    if (exitCode !== 0) world.unplanned.push(`a node that was told to stop ended with ${exitCode}`);
    return () => world.addNode();
  }),
  fault('nodes', 'a node stands still (SIGSTOP)', 3000, async (world) => {
    const node = world.anyNode();
    node.kill('SIGSTOP');
    return () => node.kill('SIGCONT');
  }),
  fault('line', 'connections of people are cut', 0, async ({ line }) => {
    line.cutAll();
    return undefined;
  }),
  fault('line', 'connections of people swallow', 1500, async ({ line }) => {
    line.misbehave({ swallow: 0.05 });
    return () => {
      line.behave();
      line.cutAll(); // Else they would find out only by their pings, in half a minute.
    };
  }),
  fault('line', 'connections of people are sliced and slow', 1500, async ({ line }) => {
    line.misbehave({ slice: 0.7, stall: 0.2, stallFor: 60 });
    return () => line.behave();
  }),
  fault('line', 'people stop reading', 2000, async ({ line }) => {
    line.pause('toClient');
    return () => line.behave();
  }),
  fault('bus', 'Redis is killed, and comes back empty', 1000, async ({ backends: { redis } }) => {
    await redis.down();
    return () => redis.up();
  }),
  fault('bus', 'Redis stands still', 3000, async ({ backends: { redis } }) => {
    redis.pause();
    return () => redis.resume();
  }),
  fault('bus', 'Redis is flushed', 0, async ({ backends: { redis } }) => {
    await redis.ask('flushall');
    return undefined;
  }),
  fault('bus', 'Redis mixes up the order, and repeats', 2000, async ({ lyingBus }) => {
    lyingBus.on = true;
    return () => {
      lyingBus.on = false;
    };
  }),
  fault('database', 'PostgreSQL is stopped at once', 1000, async ({ backends: { postgres } }) => {
    await postgres.down('SIGQUIT');
    return () => postgres.up();
  }),
  fault('database', 'PostgreSQL ends every connection', 0, async ({ backends: { postgres } }) => {
    await postgres.terminateBackends();
    return undefined;
  }),
  fault('database', 'PostgreSQL stands still', 2500, async ({ backends: { postgres } }) => {
    postgres.signal('SIGSTOP');
    return () => postgres.signal('SIGCONT');
  }),
  fault('database', 'replies to COMMIT are lost', 1500, async ({ lostCommits }) => {
    lostCommits.on = true;
    return () => {
      lostCommits.on = false;
    };
  }),
  fault('nodes', 'every node is replaced, one after the other', 0, async (world) => {
    for (const node of [...world.nodes]) {
      await world.addNode();
      await world.end(node, 'SIGTERM');
    }
    return undefined;
  }),
];

/** Two that strike together, by chance. */
export function pair(random: Random): [Fault, Fault] {
  const pick = (from: Fault[]) => from[random.whole(0, from.length - 1)] as Fault;
  const first = pick(faults);
  return [first, pick(faults.filter(({ part }) => part !== first.part))];
}
