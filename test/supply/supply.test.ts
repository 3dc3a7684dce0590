/** What we depend on: locked, without scripts that run at install, and not what is known to be weak. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judge } from '../../scripts/audit.mjs';
import { root } from '../support/server.js';

interface Locked {
  version?: string;
  link?: boolean;
  dev?: boolean;
  integrity?: string;
  inBundle?: boolean;
  hasInstallScript?: boolean;
}

const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>;
};
const packages = Object.entries(lock.packages).filter(([path]) => path.includes('node_modules/'));
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 13);

test('every package is locked to one content', () => {
  const loose = packages.filter(([, one]) => !one.link && !one.inBundle && !one.integrity);
  expect(loose.map(([path]) => path)).toEqual([]);
  expect(packages.length).toBeGreaterThan(100);
});

test('nothing that runs in production runs anything when it is installed', () => {
  const scripted = packages.filter(([, { hasInstallScript, dev }]) => hasInstallScript && !dev);
  expect(scripted.map(([path]) => path)).toEqual([]);
});

/** The first version that has the fix. */
const fixed: [name: string, version: string, advisory: string][] = [
  ['socket.io', '4.6.2', 'CVE-2024-38355: a client’s `error` event ends the process'],
  ['engine.io', '6.6.10', 'the advisories of 2026'],
  ['socket.io-parser', '4.2.7', 'CVE-2026-33151, CVE-2026-69185: attachments without bound'],
  ['socket.io-adapter', '2.5.7', 'the advisories of 2026, in its WebSocket library'],
  ['ws', '8.21.1', 'the advisories of 2026: fragments and pongs without bound'],
];

test.each(fixed)('%s is at least %s (%s)', (name, least) => {
  const installed = packages.filter(([path]) => nameOf(path) === name);
  expect(installed.length).toBeGreaterThan(0);
  for (const [path, { version = '' }] of installed) {
    expect(compare(version, least), `${path} ${version}`).toBeGreaterThanOrEqual(0);
  }
});

function compare(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.split('.').map(Number));
  for (const index of [0, 1, 2]) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

test('a bill of materials names what is shipped, and no tool', () => {
  const { stdout } = spawnSync('npm', ['run', '--silent', 'sbom'], { cwd: root, encoding: 'utf8' });
  const bill = JSON.parse(stdout) as { bomFormat: string; components: { name: string }[] };
  expect(bill.bomFormat).toBe('CycloneDX');
  const names = bill.components.map(({ name }) => name);
  for (const name of ['socket.io', 'express', 'libsql', 'zod', 'ws']) expect(names).toContain(name);
  for (const tool of ['vitest', 'typescript', 'playwright-core']) expect(names).not.toContain(tool);
});

const advisory = (id: string, severity: string) => ({
  name: 'leftpad',
  title: 'pads too much',
  severity,
  url: `https://advisories.example/${id}`,
});

test.each([
  ['a high one fails', [advisory('GHSA-1', 'high')], [], 1],
  ['a moderate one does not', [advisory('GHSA-1', 'moderate')], [], 0],
  [
    'an exception with a reason and an end passes',
    [advisory('GHSA-1', 'critical')],
    [['GHSA-1', 'not used', '2999-01-01']],
    0,
  ],
  [
    'one without a reason does not',
    [advisory('GHSA-1', 'critical')],
    [['GHSA-1', '', '2999-01-01']],
    1,
  ],
  [
    'one that has run out does not',
    [advisory('GHSA-1', 'critical')],
    [['GHSA-1', 'not used', '2020-01-01']],
    1,
  ],
  ['one for nothing has to go', [], [['GHSA-9', 'not used', '2999-01-01']], 1],
  ['what only depends on a weak one is told once', ['leftpad', advisory('GHSA-1', 'high')], [], 1],
] as const)('of the advisories, %s', (_what, via, exceptions, lines) => {
  const report = { vulnerabilities: { leftpad: { via }, other: { via: ['leftpad'] } } };
  const named = exceptions.map(([id, reason, until]) => ({ advisory: id, reason, until }));
  expect(judge(report, named, '2026-06-01').length).toBe(lines);
});
