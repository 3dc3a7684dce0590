/** What is compared: how each is started, so that a run always begins with a fresh process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const root = join(import.meta.dirname, '..', '..', '..');
/** On the disk of the project, not in a temporary directory: that may be memory, where a sync is free. */
const scratch = join(root, 'bench', 'data');

export interface Running {
  port: number;
  pid: number;
  stop(): Promise<void>;
}

export interface Contender {
  name: string;
  /** @param dataDir of a store that is there already; it is kept. Default: a fresh one. */
  start(dataDir?: string): Promise<Running>;
}

/** The server as `npm start` runs it, durability on; `tree` is another working copy to compare with. */
export function chatServer(name: string, tree = root, flags: string[] = []): Contender {
  return {
    name,
    start: async (kept) => {
      const dataDir = kept ?? scratchDirectory();
      const running = await run([...flags, join(tree, 'scripts', 'start.mjs')], {
        DATA_DIR: dataDir,
        PORT: '0',
        LOG_FORMAT: 'json',
        RATE_LIMITS: 'off',
      });
      const stop = async () => {
        await running.stop();
        if (!kept) rmSync(dataDir, { recursive: true });
      };
      return { ...running, stop };
    },
  };
}

const relayProgram = join(import.meta.dirname, 'peers', 'relay.js');

export const relay: Contender = { name: 'relay', start: () => run([relayProgram]) };

export const coalescedRelay: Contender = {
  name: 'relay, coalesced',
  start: () => run([relayProgram, '--coalesce']),
};

export function scratchDirectory(): string {
  mkdirSync(scratch, { recursive: true });
  return mkdtempSync(join(scratch, 'run-'));
}

/** Starts a Node program that says its `url` in a line of JSON when it is ready. */
async function run(args: string[], env: Record<string, string> = {}): Promise<Running> {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { url } = JSON.parse(line) as { url?: string };
      if (url) resolve(url);
    });
    child.on('exit', (code) => reject(new Error(`${args[0]} ended with ${code}`)));
  });
  return { port: Number(new URL(url).port), pid: child.pid as number, stop: () => end(child) };
}

/** Kills: what a server does when it is stopped in good order is no part of any run. */
function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
