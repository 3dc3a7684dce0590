/** Where the time of the server's threads goes while people chat: Node's profiler, by own time. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chatServer } from './contenders.js';
import { generate } from './generator.js';
import { scratch } from './paths.js';
import { shapes, windowOf } from './shapes.js';

const SHOWN = 40;

interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  /** Microseconds since the sample before. */
  timeDeltas: number[];
}

/** Also leaves the profiles, one for each thread, for a viewer. */
export async function profile(): Promise<void> {
  const directory = join(scratch, 'profile');
  rmSync(directory, { recursive: true, force: true });
  const flags = ['--cpu-prof', `--cpu-prof-dir=${directory}`];
  for (const shape of shapes) {
    const { name, users, admins } = shape;
    const running = await chatServer('profiled', { flags }).start();
    const { port, pid } = running;
    const window = windowOf(shape);
    const load = { users, admins, named: false, window, warmUpSeconds: 2, seconds: 6 };
    const result = await generate({ kind: 'chat', port, pid, ...load });
    await running.stop('SIGTERM');
    say(`\n${name}: ${Math.round(result.messagesPerSecond)} messages/s while it was watched`);
    for (const file of readdirSync(directory).filter((one) => one.includes(`.${pid}.`))) {
      const path = join(directory, file);
      say(`\n${path}\n${topOf(JSON.parse(readFileSync(path, 'utf8')) as Profile)}`);
    }
  }
}

/** The functions in which most of the time was spent, their callees not counted. */
export function topOf({ nodes, samples, timeDeltas }: Profile): string {
  const nameOf = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
      const place = url.split('/').slice(-2).join('/');
      return [id, `${functionName || '(anonymous)'} ${place && `${place}:${lineNumber + 1}`}`];
    }),
  );
  const own = new Map<string, number>();
  let all = 0;
  samples.forEach((id, index) => {
    const time = timeDeltas[index] ?? 0;
    const name = nameOf.get(id) ?? '?';
    own.set(name, (own.get(name) ?? 0) + time);
    all += time;
  });
  return [...own]
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN)
    .map(([name, time]) => `${((time / all) * 100).toFixed(1).padStart(5)} %  ${name}`)
    .join('\n');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
