/**
 * Every limit of rate and of number, once: who is limited, by how much, and what they are told.
 *
 * Events are counted in this process, synchronously (see `Allowance.ts`). The rarer things are
 * counted by rate-limiter-flexible, in memory or in whatever is shared between nodes. Open
 * connections are counted in this process, which is where they cost.
 */
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { type Actor, keyOf } from '../auth/policy.js';
import type { Config } from '../config.js';
import { ChatError, type Reason } from '../errors.js';
import { Allowance, type Rate } from './Allowance.js';
import { Crowd } from './Crowd.js';

/** An address may do as much as so many identities: an office has one, and so has a flood. */
const IDENTITIES_PER_ADDRESS = 10;

/** TCP connections that an address may have beside those of its sockets. */
const REQUESTS_BESIDE = 100;

export type LimitSettings = Pick<
  Config,
  | 'rateLimits'
  | 'eventsPerSecond'
  | 'eventBurst'
  | 'connectionsPerIdentity'
  | 'connectionsPerAddress'
  | 'connectsPerMinute'
  | 'chatsPerHour'
  | 'requestsPerMinute'
>;

interface RareLimit {
  points: number;
  /** In which they may be used. */
  seconds: number;
  reason: Reason;
}

/** What is counted over minutes and hours. */
function rareLimits(settings: LimitSettings) {
  const { connectsPerMinute, chatsPerHour, requestsPerMinute } = settings;
  const perAddress = chatsPerHour * IDENTITIES_PER_ADDRESS;
  return {
    connectsOfAddress: { points: connectsPerMinute, seconds: 60, reason: 'too_many_connects' },
    connectsOfIdentity: {
      points: Math.ceil(connectsPerMinute / IDENTITIES_PER_ADDRESS),
      seconds: 60,
      reason: 'too_many_connects',
    },
    chatsOfAddress: { points: perAddress, seconds: 3600, reason: 'too_many_chats' },
    chatsOfIdentity: { points: chatsPerHour, seconds: 3600, reason: 'too_many_chats' },
    visitorsOfAddress: { points: perAddress, seconds: 3600, reason: 'too_many_requests' },
    requestsOfAddress: { points: requestsPerMinute, seconds: 60, reason: 'too_many_requests' },
    // Failed tries: a success is given back.
    triesOfAddress: { points: 50, seconds: 900, reason: 'too_many_tries' },
    triesOfAccountFromAddress: { points: 10, seconds: 900, reason: 'too_many_tries' },
    triesOfAccount: { points: 50, seconds: 900, reason: 'too_many_tries' },
    // No limit: remembers from where an admin has signed in.
    signInsFromAddress: { points: 1e9, seconds: 14 * 86_400, reason: 'too_many_tries' },
  } as const satisfies Record<string, RareLimit>;
}

export type LimitName = keyof ReturnType<typeof rareLimits>;

/**
 * Makes the counter of one limit. On several nodes it counts in what they share, and has an
 * `insuranceLimiter` for when that is gone: an error of a counter refuses what was asked.
 */
export type MakeCounter = (name: LimitName, limit: RareLimit) => RateLimiterAbstract;

export const countInMemory: MakeCounter = (_name, { points, seconds }) =>
  new RateLimiterMemory({ points, duration: seconds });

export class Limits {
  /** Connections that are open, by identity and by address. */
  readonly identities: Crowd;
  readonly addresses: Crowd;
  /** TCP connections, with or without a request, by peer. */
  readonly peers: Crowd;
  private readonly counters = new Map<
    LimitName,
    { limit: RareLimit; counter: RateLimiterAbstract }
  >();
  private readonly allowances = new Map<string, Allowance>();
  private readonly rates: { identity: Rate; address: Rate };
  private readonly rare: ReturnType<typeof rareLimits>;
  private readonly on: boolean;

  constructor(settings: LimitSettings) {
    const { rateLimits, eventsPerSecond: perSecond, eventBurst: burst } = settings;
    this.on = rateLimits;
    this.identities = new Crowd(rateLimits ? settings.connectionsPerIdentity : Infinity);
    this.addresses = new Crowd(rateLimits ? settings.connectionsPerAddress : Infinity);
    this.peers = new Crowd(
      rateLimits ? settings.connectionsPerAddress + REQUESTS_BESIDE : Infinity,
    );
    this.rates = {
      identity: { perSecond, burst },
      address: {
        perSecond: perSecond * IDENTITIES_PER_ADDRESS,
        burst: burst * IDENTITIES_PER_ADDRESS,
      },
    };
    this.rare = rareLimits(settings);
    this.countBy(countInMemory);
  }

  /** Counts from here on in another way: in what several nodes share. */
  countBy(makeCounter: MakeCounter): void {
    for (const [name, limit] of Object.entries(this.rare) as [LimitName, RareLimit][]) {
      this.counters.set(name, { limit, counter: makeCounter(name, limit) });
    }
  }

  /** What an identity at an address may do; all their connections share it. */
  allowanceOf(actor: Actor, address: string): SenderAllowance {
    return new SenderAllowance(this, keyOf(actor), address);
  }

  /** @throws ChatError `rate_limited` for more events than an identity and its address may send. */
  takeEvent(identity: string, address: string, now: number): void {
    if (!this.on) return;
    const wait =
      this.events(identity, this.rates.identity).take(now) ||
      this.events(`address:${address}`, this.rates.address).take(now);
    if (wait > 0) throw ChatError.limited('too_many_events', wait);
  }

  /** @throws ChatError `rate_limited`, with the time to wait. */
  async spend(name: LimitName, key: string): Promise<void> {
    if (!this.on) return;
    const { limit, counter } = this.known(name);
    try {
      await counter.consume(key);
    } catch (error) {
      if (error instanceof RateLimiterRes) {
        throw ChatError.limited(limit.reason, error.msBeforeNext);
      }
      throw error;
    }
  }

  /** Whether any was spent lately. */
  async hasSpent(name: LimitName, key: string): Promise<boolean> {
    if (!this.on) return false;
    const spent = await this.known(name)
      .counter.get(key)
      .catch(() => null);
    return (spent?.consumedPoints ?? 0) > 0;
  }

  async giveBack(name: LimitName, key: string): Promise<void> {
    if (this.on) await this.known(name).counter.reward(key);
  }

  async forgive(name: LimitName, key: string): Promise<void> {
    if (this.on) await this.known(name).counter.delete(key);
  }

  /** Forgets whoever has rested long enough. Call it now and then. */
  sweep(now = Date.now()): void {
    for (const [key, allowance] of this.allowances) {
      if (allowance.isFull(now)) this.allowances.delete(key);
    }
  }

  private events(key: string, rate: Rate): Allowance {
    const known = this.allowances.get(key);
    if (known) return known;
    const fresh = new Allowance(rate);
    this.allowances.set(key, fresh);
    return fresh;
  }

  private known(name: LimitName) {
    const known = this.counters.get(name);
    if (!known) throw new Error(`there is no limit ${name}`);
    return known;
  }
}

/** What one who sends may do. Each refuses with a ChatError `rate_limited` that says how long to wait. */
export class SenderAllowance {
  constructor(
    private readonly limits: Limits,
    private readonly identity: string,
    private readonly address: string,
  ) {}

  /** @param now milliseconds since 1970 */
  takeEvent(now: number): void {
    this.limits.takeEvent(this.identity, this.address, now);
  }

  async takeChat(): Promise<void> {
    await this.limits.spend('chatsOfIdentity', this.identity);
    await this.limits.spend('chatsOfAddress', `address:${this.address}`);
  }

  /** It was open already. */
  async returnChat(): Promise<void> {
    await this.limits.giveBack('chatsOfIdentity', this.identity);
    await this.limits.giveBack('chatsOfAddress', `address:${this.address}`);
  }
}
