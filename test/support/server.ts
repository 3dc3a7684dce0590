/** A real server process on a free port with a data directory of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

export { freePort } from './ports.js';

export const root = join(import.meta.dirname, '..', '..');

export interface RunningServer {
  url: string;
  port: number;
  dataDir: string;
  pid: number;
  /** Lines of the log, in order. */
  log: Record<string, unknown>[];
  /** What it said on standard error. */
  stderr(): string;
  kill(signal: NodeJS.Signals): void;
  /** Exit code (or the signal that ended it), once it has ended. */
  exited: Promise<number | NodeJS.Signals>;
}

export interface StartOptions {
  env?: Record<string, string>;
  /** Default: a fresh one, removed with the test. */
  dataDir?: string;
  /** Compiled entry to run instead of the server's own. */
  entry?: string;
  /** Where it runs; its `.env` is read there. Default: the root of this repository. */
  cwd?: string;
  /** A command in front of node, such as `strace`. */
  prefix?: string[];
  /** Registers what undoes the start. Default: when the test ends. */
  later?: (undo: () => void) => void;
}

/** A directory that is removed when the test has ended. */
export function temporaryDirectory(later: StartOptions['later'] = onTestFinished): string {
  const directory = mkdtempSync(join(tmpdir(), 'chat-server-'));
  later(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/**
 * One server for all tests of a file; call it at the top. For tests that get by with ids of their
 * own, see `names` in `clients.ts`.
 */
export function sharedServer(options: StartOptions = {}): () => RunningServer {
  const undos: (() => void)[] = [];
  let server: RunningServer | undefined;
  beforeAll(async () => {
    server = await startServer({ ...options, later: (undo) => void undos.unshift(undo) });
  });
  afterAll(async () => {
    for (const undo of undos) undo();
    await server?.exited;
  });
  return () => {
    if (!server) throw new Error('the shared server runs only while tests do');
    return server;
  };
}

/** Starts a server and waits until it listens. It is killed when the test ends. */
export async function startServer(options: StartOptions = {}): Promise<RunningServer> {
  const dataDir = options.dataDir ?? temporaryDirectory(options.later);
  const { child, output } = spawnServer({ ...options, dataDir });
  const log: Record<string, unknown>[] = [];
  const exited = new Promise<number | NodeJS.Signals>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal ?? 1));
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const entry = JSON.parse(line) as Record<string, unknown>;
      log.push(entry);
      if (typeof entry.url === 'string') resolve(entry.url);
    });
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${output()}`)));
  });
  const port = Number(new URL(url).port);
  const kill = (signal: NodeJS.Signals) => void child.kill(signal);
  return { url, port, dataDir, pid: child.pid as number, log, stderr: output, kill, exited };
}

/** Runs a server that is expected to end by itself. */
export async function runToEnd(options: StartOptions = {}) {
  const dataDir = options.dataDir ?? temporaryDirectory();
  const { child, output } = spawnServer({ ...options, dataDir });
  child.stdout?.resume();
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stderr: output() };
}

function spawnServer({
  env = {},
  dataDir,
  entry,
  cwd = root,
  prefix = [],
  later = onTestFinished,
}: StartOptions): {
  child: ChildProcess;
  output: () => string;
} {
  const [command, ...args] = [...prefix, process.execPath, entry ?? join(root, 'dist', 'index.js')];
  const child = spawn(command as string, args, {
    cwd,
    env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: dataDir, LOG_FORMAT: 'json', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  later(() => void child.kill('SIGKILL'));
  return { child, output: () => stderr };
}
