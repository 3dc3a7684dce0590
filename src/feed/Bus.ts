/**
 * The bus between nodes: Redis (or Valkey) channels. What travels here is a hint and may be lost, come
 * late or twice, or in another order; nothing waits for it and nothing is kept back for it (P8).
 */
import { Redis } from 'ioredis';
import type { Logger } from '../log.js';

/** Longest to wait for a channel to be confirmed, in milliseconds; the sweep covers what comes before. */
const SUBSCRIBE_WITHIN = 500;
/** Characters of hints that Redis has not answered yet; above, new ones are dropped: memory is bounded. */
const UNANSWERED_LIMIT = 16 * 1024 * 1024;
/** A connection that is silent for so long is taken for dead, in milliseconds; it is asked often enough. */
const SILENCE = 2000;
const PING_EVERY = 700;
/** Channels in one command. */
const CHUNK = 500;

export interface BusListener {
  /** A hint came. */
  heard(message: string): void;
  /** The bus is there again, and hints may have been lost before. */
  back(): void;
}

export class Bus {
  private readonly publisher: Redis;
  private readonly subscriber: Redis;
  private readonly channels = new Set<string>();
  private unanswered = 0;
  private closed = false;
  private readonly pings: NodeJS.Timeout;

  constructor(
    redisUrl: string,
    private readonly listener: BusListener,
    private readonly log: Logger,
  ) {
    this.publisher = connect(redisUrl);
    this.subscriber = connect(redisUrl);
    this.subscriber.on('message', (_channel: string, message: string) => listener.heard(message));
    this.subscriber.on('ready', () => void this.resubscribe());
    let lost = false;
    this.subscriber.on('close', () => {
      if (!lost && !this.closed)
        log.warn('Redis is lost: other nodes are heard by asking the database');
      lost = true;
    });
    this.subscriber.on('ready', () => {
      if (lost) log.info('Redis is back');
      lost = false;
    });
    this.pings = setInterval(() => {
      for (const redis of [this.publisher, this.subscriber]) redis.ping().catch(() => {});
    }, PING_EVERY);
  }

  /** For commands on short-lived keys. They reject at once while Redis is away. */
  get redis(): Redis {
    return this.publisher;
  }

  /** @param encode is not called while nothing can be published */
  publish(channels: readonly string[], encode: () => string): void {
    if (this.publisher.status !== 'ready' || this.unanswered > UNANSWERED_LIMIT) return;
    const message = encode();
    const answered = () => {
      this.unanswered -= message.length;
    };
    for (const channel of channels) {
      this.unanswered += message.length;
      this.publisher.publish(channel, message).then(answered, answered);
    }
  }

  /** Fulfils when the channel is heard, or when that takes too long. Never rejects. */
  async subscribe(channel: string): Promise<void> {
    this.channels.add(channel);
    if (this.subscriber.status !== 'ready') return;
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      this.subscriber.subscribe(channel).catch(() => {}),
      new Promise((resolve) => {
        timer = setTimeout(resolve, SUBSCRIBE_WITHIN);
      }),
    ]);
    clearTimeout(timer);
  }

  unsubscribe(channel: string): void {
    this.channels.delete(channel);
    if (this.subscriber.status === 'ready') this.subscriber.unsubscribe(channel).catch(() => {});
  }

  close(): void {
    this.closed = true;
    clearInterval(this.pings);
    this.publisher.disconnect();
    this.subscriber.disconnect();
  }

  private async resubscribe(): Promise<void> {
    const channels = [...this.channels];
    try {
      for (let from = 0; from < channels.length; from += CHUNK) {
        await this.subscriber.subscribe(...channels.slice(from, from + CHUNK));
      }
      this.listener.back();
    } catch (err) {
      this.log.warn({ err }, 'channels could not be subscribed; Redis is tried again');
      this.subscriber.disconnect(true);
    }
  }
}

function connect(redisUrl: string): Redis {
  const redis = new Redis(redisUrl, {
    // What cannot be sent now is not sent later: it would be old.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    connectTimeout: SILENCE,
    socketTimeout: SILENCE,
    retryStrategy: (times) => Math.min(50 * times, 500) + Math.random() * 200,
  });
  redis.on('error', () => {}); // Told by 'close', once.
  return redis;
}
