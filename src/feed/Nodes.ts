/**
 * Which nodes there are, told by each of them every two seconds. A node that is killed or stopped is
 * gone after a few, and with it everything that it has said in the {@link Registry}.
 */
import type { Bus } from './Bus.js';
import { Repeated } from './Repeated.js';

const BEAT_EVERY = 2000;
/** A node that has not beaten for so long is gone, in milliseconds. */
const GONE_AFTER = 7000;

const KEYS = ['chat:{nodes}', 'chat:{nodes}:admins'];

/** By the clock of Redis, so that those of the nodes may differ. */
const BEAT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
if ARGV[3] == '1' then redis.call('ZADD', KEYS[2], now + ARGV[2], ARGV[1])
else redis.call('ZREM', KEYS[2], ARGV[1]) end
for _, key in ipairs(KEYS) do redis.call('ZREMRANGEBYSCORE', key, '-inf', now) end
return {known and 1 or 0, redis.call('ZRANGE', KEYS[1], 0, -1), redis.call('ZRANGE', KEYS[2], 0, -1)}`;

export interface NodesListener {
  /** Whether any admin is connected to another node may have changed. */
  adminsChanged(): void;
  /** A node is gone. */
  gone(): void;
  /** What this node has told Redis may be lost. */
  forgotten(): void;
}

export class Nodes {
  /** Those that live, this one among them; as they were when Redis was last to be asked. */
  private live = new Set<string>();
  private adminsAt = new Set<string>();
  private hasAdmins = false;
  private readonly beat = new Repeated(
    () => this.tell(),
    BEAT_EVERY,
    () => {}, // Without Redis the last word holds.
  );
  private listener: NodesListener | undefined;

  constructor(
    readonly id: string,
    private readonly bus: Bus,
    /** Has the other nodes call {@link lookAgain}. */
    private readonly announce: () => void,
  ) {}

  /** From now on this node is there. */
  start(listener: NodesListener): void {
    this.listener = listener;
    this.beat.soon();
  }

  isLive(node: string): boolean {
    return this.live.has(node);
  }

  /** Whether an admin is connected to another node. */
  get adminsElsewhere(): boolean {
    return this.adminsAt.size > (this.adminsAt.has(this.id) ? 1 : 0);
  }

  setHasAdmins(hasAdmins: boolean): void {
    this.hasAdmins = hasAdmins;
    this.beat.now().then(
      () => this.announce(),
      () => {}, // They hear of it with the next beat.
    );
  }

  lookAgain(): void {
    this.beat.soon();
  }

  /** Says that this node is gone. */
  async stop(): Promise<void> {
    this.beat.close();
    await Promise.all(KEYS.map((key) => this.bus.redis.zrem(key, this.id))).catch(() => {});
    this.announce();
  }

  private async tell(): Promise<void> {
    const args = [this.id, GONE_AFTER, this.hasAdmins ? 1 : 0];
    const reply = await this.bus.redis.eval(BEAT, KEYS.length, ...KEYS, ...args);
    const [known, live, adminsAt] = reply as [number, string[], string[]];
    const before = this.live;
    const elsewhere = this.adminsElsewhere;
    this.live = new Set(live);
    this.adminsAt = new Set(adminsAt);
    if (!known) this.listener?.forgotten();
    if (this.adminsElsewhere !== elsewhere) this.listener?.adminsChanged();
    if ([...before].some((node) => !this.live.has(node))) this.listener?.gone();
  }
}
