import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..', '..');
/** On the disk of the project, not in a temporary directory: that may be memory, where a sync is free. */
export const scratch = join(root, 'bench', 'data');
export const results = join(root, 'bench', 'results');

export function scratchDirectory(): string {
  mkdirSync(scratch, { recursive: true });
  return mkdtempSync(join(scratch, 'run-'));
}
