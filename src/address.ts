/**
 * Where the server that uses a data directory listens, in a file beside the data: the operator's
 * commands reach it there, whatever its port is.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fileOf = (dataDir: string) => join(dataDir, 'address');

/** Call it while holding the data. */
export function announce(dataDir: string, url: string): void {
  writeFileSync(fileOf(dataDir), url);
}

/** Call it before letting go of the data. */
export function withdraw(dataDir: string): void {
  rmSync(fileOf(dataDir), { force: true });
}

/** @returns undefined where no server has announced itself. */
export function announcedIn(dataDir: string): string | undefined {
  try {
    return readFileSync(fileOf(dataDir), 'utf8');
  } catch {
    return undefined;
  }
}
