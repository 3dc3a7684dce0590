import { randomBytes } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.js';
import { Tokens } from './tokens.js';

type Secrets = Pick<Config, 'jwtSecret' | 'previousJwtSecrets' | 'dataDir'>;

/**
 * Tokens with the operator's secrets, or with those that are made at first need and kept beside the
 * data, readable by their owner alone: one a line, the first signs.
 * @throws an error for the operator: the directory cannot be used, the file holds no secret.
 */
export function loadTokens({ jwtSecret, previousJwtSecrets, dataDir }: Secrets): Tokens {
  if (jwtSecret !== undefined) return new Tokens(jwtSecret, previousJwtSecrets);
  const path = pathIn(dataDir);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    if (!existsSync(path)) makeOnce(path, newSecret());
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`DATA_DIR ${dataDir} cannot be used: ${code}.`, { cause: error });
  }
  const [current = '', ...previous] = linesOf(path);
  if ([current, ...previous].some((secret) => secret.length < 32)) {
    throw new Error(
      `${path} holds no secret: delete it, and a new one is made (all sign in again).`,
    );
  }
  return new Tokens(current, [...previous, ...previousJwtSecrets]);
}

/**
 * Puts a new secret before the others in the file beside the data. A server takes it at its next
 * start; what the others have signed stays good until it expires, or its line is taken out.
 */
export function rotateSecret(dataDir: string): void {
  const path = pathIn(dataDir);
  const replacement = `${path}.new`;
  writeFileSync(replacement, [newSecret(), ...linesOf(path), ''].join('\n'), { mode: 0o600 });
  renameSync(replacement, path);
}

const pathIn = (dataDir: string) => join(dataDir, 'jwt-secret');
const newSecret = () => randomBytes(48).toString('base64url');

function linesOf(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

/**
 * Of a server and a command that start at once, one writes and both read the same. Written elsewhere
 * and then linked, because a file that is opened exclusively can be read before it is written.
 */
function makeOnce(path: string, secret: string): void {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    writeFileSync(draft, secret, { mode: 0o600, flag: 'wx' });
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
