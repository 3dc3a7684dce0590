import { execFileSync } from 'node:child_process';
import { provideNeeds } from './needs.js';

/** Tests run what users run: everything is built once before them, unless it is built already. */
export default function build(): void {
  provideNeeds();
  execFileSync(process.execPath, ['scripts/build.mjs', '--stale'], { stdio: 'inherit' });
}
