/**
 * What several nodes cost: memory for a user who is connected, CPU time for a message. The bounds here
 * are wide, so that a busy machine passes; `COST_REPORT=file COST_SCALE=10 COST_CHATS=200 npx vitest run …` measures
 * for `docs/capacity.md`.
 */
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import { admin, user } from '../support/clients.js';
import { backends, startCluster } from '../support/cluster.js';
import { times } from '../support/many.js';
import type { RunningServer } from '../support/server.js';

const servers = backends();
const scale = Number(process.env.COST_SCALE ?? 1);
const chatsAtOnce = Number(process.env.COST_CHATS ?? 20);

function report(figures: object): void {
  const { COST_REPORT: path } = process.env;
  if (path) appendFileSync(path, `${JSON.stringify(figures)}\n`);
}

/** What `/proc` says of a process behind its name. */
function statOf(pid: number | string): string[] {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
}

/** CPU time in milliseconds: utime and stime, in ticks of a hundredth of a second. */
const cpuIn = (stat: string[]) => (Number(stat[11]) + Number(stat[12])) * 10;

const cpuOf = (pid: number) => cpuIn(statOf(pid));

const sum = (all: number[]) => all.reduce((total, one) => total + one, 0);

/** CPU time of a process and of those that it has started and that run, in milliseconds. */
function cpuOfFamily(pid: number): number {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((child) => {
      try {
        const stat = statOf(child);
        return stat[1] === `${pid}` ? [cpuIn(stat)] : [];
      } catch {
        return []; // It has ended meanwhile.
      }
    });
  return sum([cpuOf(pid), ...children]);
}

function memoryOf(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/** A connected user, as small as the protocol lets one be. */
function idleUser(url: string, id: string): Promise<void> {
  const address = `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket&userId=${id}`;
  const socket = new WebSocket(address);
  onTestFinished(() => socket.terminate());
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (data: Buffer) => {
      const packet = data.toString();
      if (packet.startsWith('0')) socket.send('40/user,');
      else if (packet.startsWith('2')) socket.send('3');
      else if (packet.includes('"support_presence"')) resolve();
    });
  });
}

test('memory for a user who is connected', async () => {
  const { nodes } = await startCluster(servers, { nodes: 1 });
  const [node] = nodes as [RunningServer];
  const connect = async (from: number, count: number) => {
    for (let done = 0; done < count; done += 50) {
      await times(50, (index) => idleUser(node.url, `user-${from + done + index}`));
    }
  };
  // The first fill what is there anyway.
  await connect(0, 200);
  const before = memoryOf(node.pid);
  const users = 300 * scale;
  await connect(200, users);
  const bytes = (memoryOf(node.pid) - before) / users;
  report({ users, bytesPerUser: Math.round(bytes) });
  expect(bytes).toBeLessThan(200_000);
}, 120_000);

test('CPU time for a message from one node to another', async () => {
  const { postgres, redis } = servers;
  const { nodes } = await startCluster(servers);
  const [one, two] = nodes as [RunningServer, RunningServer];
  const chats = await times(chatsAtOnce, async (index) => {
    const ursula = await user(one.url, `user-${index}`);
    const albert = await admin(two.url, `admin-${index}`);
    const { chatId } = await ursula.do('start_chat');
    await albert.do('assign_chat', { chatId });
    return { ursula, albert, chatId };
  });
  const content = 'The parcel has not come yet; could you see where it is now?';
  const say = (count: number) =>
    Promise.all(
      chats.map(async ({ ursula, albert, chatId }) => {
        for (let n = 0; n < count; n++) {
          await Promise.all([
            ursula.do('user_message', { chatId, content }),
            albert.do('admin_message', { chatId, content }),
          ]);
        }
      }),
    );
  await say(20);
  const use = () => ({
    nodes: sum(nodes.map(({ pid }) => cpuOf(pid))),
    postgres: cpuOfFamily(postgres.pid),
    redis: cpuOf(redis.pid),
  });
  const before = use();
  const each = 25 * scale;
  await say(each);
  const after = use();
  const messages = each * 2 * chats.length;
  const micros = (part: keyof typeof before) =>
    Math.round(((after[part] - before[part]) * 1000) / messages);
  report({
    messages,
    nodes: micros('nodes'),
    postgres: micros('postgres'),
    redis: micros('redis'),
  });
  expect(micros('nodes')).toBeLessThan(10_000);
  expect(micros('postgres')).toBeLessThan(10_000);
}, 120_000);
