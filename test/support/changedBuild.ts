/**
 * A server that differs by a few lines, in a copy of the compiled program. Whoever changes those lines
 * in the source is told here that a test has to be changed too.
 */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { onTestFinished } from 'vitest';
import { root } from './server.js';

export interface ChangedBuild {
  name: string;
  changes: { file: string; from: string; to: string }[];
}

/** @returns the entry of a copy with the changes, removed when the test has ended. */
export function build({ name, changes }: ChangedBuild): string {
  // Inside the project, so that its packages are found.
  const copy = join(root, 'dist-changed', name.replaceAll(' ', '-'));
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  cpSync(join(root, 'dist'), copy, {
    recursive: true,
    filter: (path) => !/^dist\/public/.test(relative(root, path)),
  });
  for (const { file, from, to } of changes) {
    const path = join(copy, file);
    const text = readFileSync(path, 'utf8');
    if (!text.includes(from)) throw new Error(`${file} has changed: '${name}' needs a new place`);
    writeFileSync(path, text.replace(from, to));
  }
  return join(copy, 'index.js');
}
