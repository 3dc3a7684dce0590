/** Ports for servers that are told theirs, such as one that comes back where it was. */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give out by themselves: whoever listens on any port, or connects from
 * one, never gets that of a server which is down for a while.
 */
const FROM = 20_000;
const TO = 32_000;
/** Every so many ports are one worker's own, so that no other takes one between the look and the start. */
const LANES = 16;
const lane = Number(process.env.VITEST_POOL_ID ?? 0) % LANES;
const given = new Set<number>();

/** A port that is free, and stays so until its server starts, and while that is away. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FROM + LANES * randomInt((TO - FROM) / LANES) + lane;
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
