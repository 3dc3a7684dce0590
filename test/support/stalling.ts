/** A disk that hangs, and goes on, when a test says so. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './server.js';

/** For `startServer`: the real server, whose disk can hang. */
export const stallingEntry = join(root, 'test', 'support', 'stalling', 'server.mjs');

/** From here on opening the database and every commit take for ever; returns what ends that. */
export function stallDisk(dataDir: string): () => void {
  const file = join(dataDir, 'stall');
  writeFileSync(file, '');
  return () => rmSync(file, { force: true });
}
