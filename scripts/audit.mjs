// Holds what we depend on at run time against the registry's advisories. Fails at high and critical,
// except for what `audit-exceptions.json` names with a reason and an end.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SEVERE = ['high', 'critical'];

/**
 * @param report what `npm audit --json` prints
 * @param exceptions `{ advisory, reason, until }` each; `until` is a date
 * @returns lines that say what is wrong; none when all is well
 */
export function judge(report, exceptions, today = new Date().toISOString().slice(0, 10)) {
  const found = Object.values(report.vulnerabilities ?? {})
    .flatMap(({ via }) => via)
    .filter((one) => typeof one === 'object' && SEVERE.includes(one.severity));
  const names = new Map(found.map((one) => [String(one.url).split('/').at(-1), one]));
  const lines = exceptions
    .filter(({ reason, until }) => !reason || !(until >= today))
    .map(({ advisory }) => `${advisory}: the exception has no reason, or has run out.`);
  const excepted = new Set(exceptions.map(({ advisory }) => advisory));
  for (const { advisory } of exceptions) {
    if (!names.has(advisory)) lines.push(`${advisory}: the exception is needed no more.`);
  }
  for (const [advisory, { name, severity, title }] of names) {
    if (!excepted.has(advisory)) lines.push(`${advisory} (${severity}) in ${name}: ${title}`);
  }
  return lines;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { stdout } = spawnSync('npm', ['audit', '--json', '--omit=dev'], { encoding: 'utf8' });
  const report = JSON.parse(stdout || '{}');
  if (!report.vulnerabilities) {
    process.stderr.write('No verdict: the registry has not answered with advisories.\n');
    // Where there is none to ask (a mirror, no network), that is no fault of what we depend on.
    process.exit(process.env.AUDIT_REQUIRED ? 1 : 0);
  }
  const path = new URL('../audit-exceptions.json', import.meta.url);
  const lines = judge(report, JSON.parse(readFileSync(path, 'utf8')));
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exitCode = lines.length > 0 ? 1 : 0;
}
