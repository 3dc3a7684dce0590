/** Servers as processes of their own. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { root } from './paths.js';

export interface Running {
  port: number;
  /** Of the process that serves. */
  pid: number;
  /** From the start of the command until it said where it listens. */
  startSeconds: number;
  /** @param signal kills unless told otherwise: how a server stops is no part of any run. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Process groups that end with this process, however it ends. */
const alive = new Set<number>();
process.once('exit', () => {
  for (const pid of alive) process.kill(-pid, 'SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

export interface Spawned {
  child: ChildProcessByStdio<null, Readable, Readable>;
  pid: number;
  stop: Running['stop'];
  /** What it has said on its standard error. */
  complaints(): string;
}

/** Starts a command in a group of its own, so that what it starts (as npm does) ends with it. */
export function spawnGroup(
  [program, ...args]: string[],
  env: Record<string, string> = {},
  directory = root,
): Spawned {
  const child = spawn(program as string, args, {
    cwd: directory,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  const pid = child.pid as number;
  alive.add(pid);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      alive.delete(pid);
      resolve();
    });
  });
  const stop = async (signal: NodeJS.Signals = 'SIGKILL') => {
    if (alive.has(pid)) process.kill(-pid, signal);
    await ended;
  };
  return { child, pid, stop, complaints: () => complaints };
}

/** Starts a command that says its `url` in a line of JSON when it is ready. */
export async function run(
  command: string[],
  env: Record<string, string> = {},
  directory = root,
): Promise<Running> {
  const from = performance.now();
  const { child, pid, stop, complaints } = spawnGroup(command, env, directory);
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = urlIn(line);
      if (url) resolve(url);
    });
    child.on('exit', (code) =>
      reject(new Error(`${command.join(' ')} ended with ${code}: ${complaints()}`)),
    );
  });
  const startSeconds = (performance.now() - from) / 1000;
  return { port: Number(new URL(url).port), pid, startSeconds, stop };
}

/** npm says other things too. */
function urlIn(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  return (JSON.parse(line) as { url?: string }).url;
}
