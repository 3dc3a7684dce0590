import { execFileSync } from 'node:child_process';

/** Tests run what users run: everything is built once before them, unless it is built already. */
export default function build(): void {
  execFileSync(process.execPath, ['scripts/build.mjs', '--stale'], { stdio: 'inherit' });
}
