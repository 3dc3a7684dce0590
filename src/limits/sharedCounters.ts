/**
 * Counters that several nodes share. Redis holds short-lived things only: while it is away, each node
 * counts for itself.
 */
import type { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { countInMemory, type MakeCounter } from './Limits.js';

export function countInRedis(storeClient: Redis): MakeCounter {
  return (name, limit) =>
    new RateLimiterRedis({
      storeClient,
      keyPrefix: `limit:${name}`,
      points: limit.points,
      duration: limit.seconds,
      rejectIfRedisNotReady: true,
      insuranceLimiter: countInMemory(name, limit),
    });
}
