/** Prosody, a chat server for XMPP that Debian has, with its archive of messages on. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../test/support/ports.js';
import { scratchDirectory } from '../paths.js';
import { type Running, spawnGroup } from '../processes.js';

export const PASSWORD = 'benchmark';
export const PAIRS = 100;

/** @throws a sentence that says how to get it. */
export function requireProsody(): void {
  try {
    execFileSync('which', ['prosody']);
  } catch {
    throw new Error('--peers needs Prosody: apt-get install prosody lua-event lua-unbound');
  }
}

export async function startProsody(): Promise<Running> {
  const directory = scratchDirectory();
  const port = await freePort();
  const config = join(directory, 'prosody.cfg.lua');
  writeFileSync(config, settings(directory, port));
  const accounts = join(directory, 'data', 'localhost', 'accounts');
  mkdirSync(accounts, { recursive: true });
  for (let pair = 1; pair <= PAIRS; pair++) {
    for (const id of [`u${pair}`, `a${pair}`]) {
      writeFileSync(join(accounts, `${id}.dat`), `return { ["password"] = "${PASSWORD}" };`);
    }
  }
  const from = performance.now();
  const { pid, stop } = spawnGroup(['prosody', '-F', '--config', config]);
  await answering(port);
  return {
    port,
    pid,
    startSeconds: (performance.now() - from) / 1000,
    stop: async (signal) => {
      await stop(signal);
      rmSync(directory, { recursive: true });
    },
  };
}

const settings = (directory: string, port: number) => `
run_as_root = true
pidfile = "${directory}/prosody.pid"
data_path = "${directory}/data"
log = { { levels = { min = "error" }, to = "console" } }
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
network_backend = "epoll"
modules_enabled = { "saslauth", "roster", "disco", "ping", "mam" }
modules_disabled = { "s2s", "offline" }
default_archive_policy = true
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
storage = "internal"
VirtualHost "localhost"
`;

async function answering(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('Prosody does not answer');
}
