/** Many admins who watch the queue while chats come into it and are taken. */
import { type CpuUse, cpuTime, cpuUse } from '../cpu.js';
import { percentile } from '../statistics.js';
import type { Connection } from './Connection.js';
import { openAll } from './openAll.js';
import { type OwnUse, ownUse } from './ownUse.js';
import { sleep } from './sleep.js';

export interface WatchersJob {
  kind: 'watchers';
  port: number;
  pid: number;
  admins: number;
  chatsPerSecond: number;
  seconds: number;
}

export interface WatchersResult {
  /** From `start_chat` until the last admin has heard of the chat, in milliseconds (99 of 100). */
  lastAdminHeard: number;
  server: CpuUse;
  generator: OwnUse;
}

export async function watchersLoad(job: WatchersJob): Promise<WatchersResult> {
  const { port, pid, admins, chatsPerSecond, seconds } = job;
  const adminConnections = await openAll(port, 'admin', admins);
  const users = await openAll(port, 'user', chatsPerSecond * seconds);
  const startedAt = new Map<unknown, number>();
  const heard = new Map<unknown, number>();
  const delays: number[] = [];
  let taken = 0;
  let failed: unknown;
  adminConnections.forEach((admin) => {
    admin.onEvent = (name, { chatId, userId }) => {
      if (name !== 'new_chat_request') return;
      const count = (heard.get(chatId) ?? 0) + 1;
      heard.set(chatId, count);
      if (count === admins) delays.push(performance.now() - (startedAt.get(userId) ?? 0));
      if (count < admins) return; // Whoever hears of it last takes it.
      admin.ask('assign_chat', { chatId }).then(
        () => taken++,
        (error: unknown) => {
          failed = error;
        },
      );
    };
  });
  const cpu = cpuTime(pid);
  const own = ownUse();
  await startChats(users, chatsPerSecond, startedAt);
  for (let waited = 0; taken < users.length && waited < 200 && !failed; waited++) await sleep(0.05);
  if (failed) throw failed;
  if (taken < users.length) throw new Error(`${users.length} chats were started, ${taken} taken`);
  return {
    lastAdminHeard: percentile(delays, 99),
    server: cpuUse(cpu, cpuTime(pid)),
    generator: own(),
  };
}

async function startChats(
  users: readonly Connection[],
  perSecond: number,
  startedAt: Map<unknown, number>,
): Promise<void> {
  const from = performance.now();
  const asked = [];
  for (const [index, user] of users.entries()) {
    await sleep(Math.max(0, index / perSecond - (performance.now() - from) / 1000));
    startedAt.set(user.id, performance.now());
    asked.push(user.ask('start_chat'));
  }
  await Promise.all(asked);
}
