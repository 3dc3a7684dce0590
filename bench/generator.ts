/** Runs a job in a fresh process of the load generator, which has a core of its own. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Job, ResultOf } from './load/main.js';

const program = join(import.meta.dirname, 'load', 'main.js');

/**
 * The last core. The generator never leaves it; the servers, all alike, may use every core. So on two
 * cores a server's first thread has one for itself, and its other threads share with the generator.
 */
export const generatorCore = availableParallelism() - 1;

/** @throws when the job failed, with its reason. */
export function generate<J extends Job>(job: J): Promise<ResultOf<J>> {
  const command = ['-c', String(generatorCore), process.execPath, program];
  const child = spawn('taskset', command, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => reject(new Error('the load generator ended without a report')));
    child.on('message', (report: { result: ResultOf<J> } | { failure: string }) => {
      if ('result' in report) resolve(report.result);
      else reject(new Error(report.failure));
    });
    child.send(job);
  });
}
