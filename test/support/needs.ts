/**
 * The programs outside npm that tests run. Before the first test each is looked for, and what is
 * missing is installed where that is possible: on Debian and its kin, as root or with sudo.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const needs = {
  cc: { packages: ['gcc', 'libc6-dev'], for: 'disks that fail (test/faults)' },
  chromium: { packages: ['chromium'], for: 'pages in a real browser (test/browser)' },
  'redis-server': { packages: ['redis-server'], for: 'several nodes (test/cluster)' },
  sqlite3: { packages: ['sqlite3'], for: 'the backup that docs/settings.md advises (test/faults)' },
} as const satisfies Record<string, { packages: string[]; for: string }>;

export type Program = keyof typeof needs;

const places = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/sbin', '/sbin'];

function find(program: string): string | undefined {
  return places
    .filter(Boolean)
    .map((place) => join(place, program))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where a program is. @throws when it is not there. */
export function pathOf(program: Program): string {
  const path = find(program);
  if (!path) throw new Error(`${program} is not there: it should have been installed before.`);
  return path;
}

/** @throws with what to do by hand. */
export function provideNeeds(): void {
  const missing = () => (Object.keys(needs) as Program[]).filter((program) => !find(program));
  const before = missing();
  if (before.length === 0) return;
  install(before.flatMap((program) => [...needs[program].packages]));
  const still = missing();
  if (still.length === 0) return;
  const lines = still.map((program) => {
    const { packages, for: purpose } = needs[program];
    return `  ${program}, for ${purpose}: apt-get install ${packages.join(' ')}`;
  });
  throw new Error(`The tests need programs that are not there:\n${lines.join('\n')}`);
}

function install(packages: string[]): void {
  if (!find('apt-get')) return;
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const aptGet = (...args: string[]) => {
    const [command, ...rest] = [...sudo, 'apt-get', ...args] as [string, ...string[]];
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync(command, rest, { stdio: ['ignore', 'ignore', 'inherit'], env, timeout: 300_000 });
  };
  process.stderr.write(`Installing what the tests need: ${packages.join(', ')} …\n`);
  aptGet('-q', 'update');
  aptGet('-q', 'install', '-y', '--no-install-recommends', ...packages);
}
