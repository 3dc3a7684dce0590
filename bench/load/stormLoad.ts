/** Users who all come at once, each starting a chat that an admin takes as soon as it appears. */
import { type CpuUse, cpuTime, cpuUse } from '../cpu.js';
import { Connection } from './Connection.js';
import { openAll } from './openAll.js';
import { type OwnUse, ownUse } from './ownUse.js';

export interface StormJob {
  kind: 'storm';
  port: number;
  pid: number;
  users: number;
  admins: number;
}

export interface StormResult {
  /** From the first connect until the last user has heard that an admin is there. */
  seconds: number;
  server: CpuUse;
  generator: OwnUse;
}

export async function stormLoad({ port, pid, users, admins }: StormJob): Promise<StormResult> {
  const adminConnections = await openAll(port, 'admin', admins);
  const failures: unknown[] = [];
  adminConnections.forEach((admin, index) => {
    admin.onEvent = (name, { chatId, userId }) => {
      // Each request comes to every admin; one of them takes it.
      if (name !== 'new_chat_request' || numberOf(userId) % admins !== index) return;
      admin.ask('assign_chat', { chatId }).catch((error: unknown) => failures.push(error));
    };
  });
  const cpu = cpuTime(pid);
  const own = ownUse();
  const from = performance.now();
  await Promise.all(Array.from({ length: users }, (_, index) => comeAndAsk(port, index)));
  const seconds = (performance.now() - from) / 1000;
  if (failures.length > 0) throw failures[0];
  return { seconds, server: cpuUse(cpu, cpuTime(pid)), generator: own() };
}

async function comeAndAsk(port: number, index: number): Promise<void> {
  const user = await Connection.open(port, 'user', `u${index}`);
  await new Promise<void>((resolve, reject) => {
    user.onEvent = (name) => {
      if (name === 'chat_assigned') resolve();
    };
    user.onClose = () => reject(new Error(`${user.id} lost its connection`));
    user.ask('start_chat').catch(reject);
  });
}

const numberOf = (userId: unknown) => Number(String(userId).slice(1));
