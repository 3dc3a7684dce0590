/** The operator's commands, as a process of their own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './server.js';

export interface CliOptions {
  dataDir: string;
  env?: Record<string, string>;
  /** What is written to its standard input. */
  input?: string;
}

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** `chat-server …args` on a data directory. */
export function cli(args: string[], { dataDir, env = {}, input = '' }: CliOptions) {
  const child = spawn(process.execPath, [join(root, 'scripts', 'start.mjs'), ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, DATA_DIR: dataDir, ...env },
  });
  const result: CliResult = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    result.stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    result.stderr += chunk.toString();
  });
  child.stdin.end(input);
  return new Promise<CliResult>((resolve) => {
    child.on('close', (code) => resolve({ ...result, code }));
  });
}
