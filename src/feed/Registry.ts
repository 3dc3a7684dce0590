/**
 * Short-lived facts that nodes share in Redis: who is connected, who looks at what. Each is kept under
 * the node that says so and holds only while that node lives. Without Redis a node knows its own.
 */
import type { Redis } from 'ioredis';
import type { Nodes } from './Nodes.js';

/** Facts of a node that lives on are told again before that, in seconds. */
const KEPT_FOR = 7200;
const TELL_AGAIN_EVERY = 3_600_000;
/** Facts in one round trip. */
const CHUNK = 500;

export class Registry {
  /** What this node says: by topic, then by its own key. */
  private readonly own = new Map<string, Map<string, string>>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly redis: Redis,
    private readonly nodes: Nodes,
  ) {
    this.timer = setInterval(() => void this.tellAgain(), TELL_AGAIN_EVERY).unref();
  }

  /** This node says something on a topic, under a key of its own. */
  put(topic: string, key: string, value: string): void {
    const facts = this.own.get(topic) ?? new Map<string, string>();
    this.own.set(topic, facts.set(key, value));
    const hash = hashOf(topic);
    this.redis
      .pipeline()
      .hset(hash, this.fieldOf(key), value)
      .expire(hash, KEPT_FOR)
      .exec()
      .catch(() => {}); // Told again when Redis is back.
  }

  drop(topic: string, key: string): void {
    const facts = this.own.get(topic);
    facts?.delete(key);
    if (facts?.size === 0) this.own.delete(topic);
    this.redis.hdel(hashOf(topic), this.fieldOf(key)).catch(() => {});
  }

  /** What the other nodes say on a topic; nothing while Redis is away. */
  async others(topic: string): Promise<string[]> {
    const facts = await this.redis.hgetall(hashOf(topic)).catch(() => ({}));
    return Object.entries(facts).flatMap(([field, value]) => {
      const node = field.slice(0, field.indexOf(' '));
      return node !== this.nodes.id && this.nodes.isLive(node) ? [value] : [];
    });
  }

  /** Redis has forgotten, or has not heard of it. */
  async tellAgain(): Promise<void> {
    const facts = [...this.own].flatMap(([topic, values]) =>
      [...values].map(([key, value]) => ({ hash: hashOf(topic), key, value })),
    );
    for (let from = 0; from < facts.length; from += CHUNK) {
      const pipeline = this.redis.pipeline();
      for (const { hash, key, value } of facts.slice(from, from + CHUNK)) {
        pipeline.hset(hash, this.fieldOf(key), value).expire(hash, KEPT_FOR);
      }
      await pipeline.exec().catch(() => {});
    }
  }

  close(): void {
    clearInterval(this.timer);
  }

  private fieldOf(key: string): string {
    return `${this.nodes.id} ${key}`;
  }
}

const hashOf = (topic: string) => `chat:said:${topic}`;
