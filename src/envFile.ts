/** What is misspelt in the file `.env` beside the process. */
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { settings } from './config.js';

/** Part of the letters of a name that may be wrong in a misspelt one. */
const WRONG = 1 / 4;

/** @returns the names in the file; empty where there is none. */
export function namesInEnvFile(): string[] {
  try {
    return Object.keys(parseEnv(readFileSync('.env', 'utf8')));
  } catch {
    return []; // There is no .env file, which is fine.
  }
}

/** @returns a sentence for each name that no setting has. What Node itself reads is no mistake. */
export function misspelt(names: string[]): string[] {
  return names
    .filter((name) => !Object.hasOwn(settings, name) && !name.startsWith('NODE_'))
    .map((name) => {
      const meant = nearest(name);
      return `${name} in .env is no setting${meant ? `; did you mean ${meant}?` : '.'}`;
    });
}

function nearest(name: string): string | undefined {
  const far = Object.keys(settings).map((known) => [distance(name, known), known] as const);
  const [best] = far.sort(([one], [other]) => one - other);
  return best && best[0] <= best[1].length * WRONG ? best[1] : undefined;
}

/** Levenshtein's. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...one].entries()) {
    let before = i + 1;
    row = [
      before,
      ...[...other].map((theirs, j) => {
        const change = (row[j] as number) + (letter.toUpperCase() === theirs ? 0 : 1);
        before = Math.min(change, before + 1, (row[j + 1] as number) + 1);
        return before;
      }),
    ];
  }
  return row[other.length] as number;
}
