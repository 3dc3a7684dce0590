import { createRequire } from 'node:module';
import { type Logger, pino } from 'pino';
import type pinoPretty from 'pino-pretty';
import type { Config } from './config.js';

/**
 * The log of the process, on standard output. Call it with ids, codes and counts only: no content of
 * a message, no token, no address of a page ever goes in.
 */
export function createLog({ logLevel, logFormat }: Config): Logger {
  const options = {
    level: logLevel,
    base: null,
    // Whatever slips into an object under these names stays out of the log all the same.
    redact: ['token', 'auth', 'content', '*.token', '*.auth', '*.content', 'req.headers'],
  };
  if (logFormat === 'json') return pino(options);
  // Loaded where people read, not at every start.
  const pretty: typeof pinoPretty = createRequire(import.meta.url)('pino-pretty');
  return pino(options, pretty({ ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' }));
}

export type { Logger };
