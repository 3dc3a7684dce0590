/** What can go wrong with an installation. Each strikes, and heals when it is told to. */
import type { World } from './world.js';

export interface Fault {
  name: string;
  /** How long it lasts, in milliseconds. */
  lasts: number;
  /** @returns what heals it; a fault that heals by itself gives nothing */
  strike(world: World): Promise<(() => Promise<void> | void) | undefined>;
}

const fault = (name: string, lasts: number, strike: Fault['strike']): Fault => ({
  name,
  lasts,
  strike,
});

export const faults: Fault[] = [
  fault('a node is killed (SIGKILL)', 500, async (world) => {
    await world.end(world.anyNode(), 'SIGKILL');
    return () => world.addNode();
  }),
  fault('a node is told to stop (SIGTERM)', 500, async (world) => {
    const exitCode = await world.end(world.anyNode(), 'SIGTERM');
    if (exitCode !== 0) world.unplanned.push(`a node that was told to stop ended with ${exitCode}`);
    return () => world.addNode();
  }),
  fault('a node stands still (SIGSTOP)', 3000, async (world) => {
    const node = world.anyNode();
    node.kill('SIGSTOP');
    return () => node.kill('SIGCONT');
  }),
  fault('connections of people are cut', 0, async ({ line }) => {
    line.cutAll();
    return undefined;
  }),
  fault('connections of people swallow', 1500, async ({ line }) => {
    line.misbehave({ swallow: 0.05 });
    return () => {
      line.behave();
      line.cutAll(); // Else they would find out only by their pings, in half a minute.
    };
  }),
  fault('connections of people are sliced and slow', 1500, async ({ line }) => {
    line.misbehave({ slice: 0.7, stall: 0.2, stallFor: 60 });
    return () => line.behave();
  }),
  fault('people stop reading', 2000, async ({ line }) => {
    line.pause('toClient');
    return () => line.behave();
  }),
  fault('Redis is killed, and comes back empty', 1000, async ({ backends: { redis } }) => {
    await redis.down();
    return () => redis.up();
  }),
  fault('Redis stands still', 3000, async ({ backends: { redis } }) => {
    redis.pause();
    return () => redis.resume();
  }),
  fault('Redis is flushed', 0, async ({ backends: { redis } }) => {
    await redis.ask('flushall');
    return undefined;
  }),
  fault('Redis mixes up the order, and repeats', 2000, async ({ lyingBus }) => {
    lyingBus.on = true;
    return () => {
      lyingBus.on = false;
    };
  }),
  fault('PostgreSQL is stopped at once', 1000, async ({ backends: { postgres } }) => {
    await postgres.down('SIGQUIT');
    return () => postgres.up();
  }),
  fault('PostgreSQL ends every connection', 0, async ({ backends: { postgres } }) => {
    await postgres.terminateBackends();
    return undefined;
  }),
  fault('PostgreSQL stands still', 2500, async ({ backends: { postgres } }) => {
    postgres.signal('SIGSTOP');
    return () => postgres.signal('SIGCONT');
  }),
  fault('replies to COMMIT are lost', 1500, async ({ lostCommits }) => {
    lostCommits.on = true;
    return () => {
      lostCommits.on = false;
    };
  }),
  fault('every node is replaced, one after the other', 0, async (world) => {
    for (const node of [...world.nodes]) {
      await world.addNode();
      await world.end(node, 'SIGTERM');
    }
    return undefined;
  }),
];
