import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The secret that signs tokens: the operator's, or one made at first need and kept beside the data,
 * readable by its owner alone.
 * @throws an error for the operator: the directory cannot be used, the file holds no secret.
 */
export function loadSecret(jwtSecret: string | undefined, dataDir: string): string {
  if (jwtSecret !== undefined) return jwtSecret;
  const path = join(dataDir, 'jwt-secret');
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    if (!existsSync(path)) makeOnce(path, randomBytes(48).toString('base64url'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`DATA_DIR ${dataDir} cannot be used: ${code}.`, { cause: error });
  }
  const secret = readFileSync(path, 'utf8').trim();
  if (secret.length >= 32) return secret;
  throw new Error(`${path} holds no secret: delete it, and a new one is made (all sign in again).`);
}

/**
 * Of a server and a command that start at once, one writes and both read the same. Written elsewhere
 * and then linked, because a file that is opened exclusively can be read before it is written.
 */
function makeOnce(path: string, secret: string): void {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, secret, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
