/** What is compared: how each is started, so that a run always begins with a fresh process. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Postgres } from '../test/support/postgres.js';
import { root, scratch, scratchDirectory } from './paths.js';
import { startProsody } from './peers/prosody.js';
import { type Running, run } from './processes.js';
import { type Size, seededStore } from './seed.js';

export interface Contender {
  name: string;
  start(): Promise<Running>;
}

export interface ServerOptions {
  /** A working copy to run it from, built already. */
  tree?: string;
  /** Default: a fresh and empty one. */
  store?: Size;
  /** Options of Node. */
  flags?: string[];
}

/** The server as `npm start` runs it, with durability on. */
export function chatServer(name: string, options: ServerOptions = {}): Contender {
  const { tree = root, store, flags = [] } = options;
  const command = [process.execPath, ...flags, join(tree, 'scripts', 'start.mjs')];
  return { name, start: () => startServer(command, tree, store) };
}

/** The same by `npm start` itself, to see how long that takes. */
export function startedByNpm(name: string, store?: Size): Contender {
  return { name, start: () => startServer(['npm', 'start'], root, store) };
}

const SETTINGS = { PORT: '0', LOG_FORMAT: 'json', RATE_LIMITS: 'off' };

async function startServer(command: string[], tree: string, store?: Size): Promise<Running> {
  const dataDir = store ? (await seededStore(store)).dataDir : scratchDirectory();
  const running = await run(command, { ...SETTINGS, DATA_DIR: dataDir }, tree);
  const stop = async (signal?: NodeJS.Signals) => {
    await running.stop(signal);
    if (!store) rmSync(dataDir, { recursive: true });
  };
  return { ...running, stop };
}

/** One node on a PostgreSQL of its own, with that server's defaults: it too syncs before it answers. */
export const onPostgres: Contender = {
  name: 'chat-server on PostgreSQL',
  async start() {
    const postgres = await Postgres.start([], scratch);
    const settings = {
      ...SETTINGS,
      DATABASE_URL: await postgres.createDatabase(),
      JWT_SECRET: 'of-a-benchmark-and-known-to-all-the-world',
    };
    const command = [process.execPath, join(root, 'scripts', 'start.mjs')];
    const running = await run(command, settings);
    const stop = async (signal?: NodeJS.Signals) => {
      await running.stop(signal);
      await postgres.remove();
    };
    return { ...running, stop };
  },
};

const relayProgram = join(import.meta.dirname, 'peers', 'relay.js');

/** What somebody would write in an afternoon, with the libraries' defaults. */
export const relay: Contender = {
  name: 'relay',
  start: () => run([process.execPath, relayProgram]),
};

/** The same with the server's own coalesced writes, and whatever options of Node it runs with. */
export const coalescedRelay: Contender = {
  name: 'relay, coalesced',
  start: () => run([process.execPath, relayProgram, '--coalesce']),
};

/** A chat server from Debian, to see where others are. */
export const prosody: Contender = { name: 'Prosody', start: startProsody };
