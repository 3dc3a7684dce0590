/** Connections that do nothing: what each costs, and how long all of them take to come back at once. */
import { openFiles, residentBytes } from '../cpu.js';
import { Connection, type Side } from './Connection.js';
import { openAll } from './openAll.js';
import { type OwnUse, ownUse } from './ownUse.js';
import { sleep } from './sleep.js';

export interface IdleJob {
  kind: 'idle';
  port: number;
  pid: number;
  connections: number;
  /** Given to the server's garbage collector before memory is read. */
  settleSeconds: number;
}

export interface IdleResult {
  bytesPerConnection: number;
  /** From the first connect to the last namespace joined, all at once. */
  reconnectSeconds: number;
  generator: OwnUse;
}

export async function idleLoad(job: IdleJob): Promise<IdleResult> {
  const { port, pid, connections, settleSeconds } = job;
  // The server has compiled and allocated what any connection needs before the first that counts.
  for (const one of await openAll(port, 'user', 200)) one.close();
  await sleep(2);
  const before = residentBytes(pid);
  const idle = await openAll(port, 'user', connections);
  await sleep(settleSeconds);
  const bytesPerConnection = (residentBytes(pid) - before) / connections;

  for (const connection of idle) connection.close();
  while (openFiles(pid) > connections / 10) await sleep(0.1);
  const own = ownUse();
  const from = performance.now();
  await Promise.all(idle.map(({ side, id }) => comeBack(port, side, id)));
  const reconnectSeconds = (performance.now() - from) / 1000;
  return { bytesPerConnection, reconnectSeconds, generator: own() };
}

/** Tries again, as a stock client does, when the server could not take it. */
async function comeBack(port: number, side: Side, id: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await Connection.open(port, side, id);
      return;
    } catch (error) {
      if (tries === 10) throw error;
      await sleep(0.5 + Math.random());
    }
  }
}
