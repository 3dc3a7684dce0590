import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The secret that signs tokens: the operator's, or one made at first need and kept beside the data,
 * readable by its owner alone.
 */
export function loadSecret(jwtSecret: string | undefined, dataDir: string): string {
  if (jwtSecret !== undefined) return jwtSecret;
  const path = join(dataDir, 'jwt-secret');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  try {
    // Exclusive: of a server and a command that start at once, one writes and both read the same.
    writeFileSync(path, randomBytes(48).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const secret = readFileSync(path, 'utf8').trim();
  if (secret.length >= 32) return secret;
  throw new Error(`${path} holds no secret: delete it, and a new one is made (all sign in again).`);
}
