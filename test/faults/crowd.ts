/** A few users and admins that chat without a pause, and what came of it. */
import { Admin } from './Admin.js';
import { readHistories } from './auditor.js';
import { brokenPromises } from './promises.js';
import type { ClientRecord, History } from './records.js';
import { User } from './User.js';

/** Settings of a server for a crowd: it talks faster than people may, and listens closely. */
export const crowdEnv = { RATE_LIMITS: 'off', HEARTBEAT_SECONDS: '1' };

export interface Outcome {
  broken: string[];
  records: ClientRecord[];
  histories: History[];
}

export class Crowd {
  private readonly people;

  /** @param handsBack after how many messages an admin puts a chat back into the queue */
  constructor(
    private readonly url: string,
    handsBack = Number.POSITIVE_INFINITY,
  ) {
    // One ends its chats often, one hardly ever.
    const users = [13, 29, 41, 1000].map((ends, n) => new User(url, `user-${n}`, ends));
    const admins = [0, 1].map((n) => new Admin(url, `admin-${n}`, handsBack));
    this.people = [...users, ...admins];
    for (const one of this.people) one.start();
  }

  /** What everybody has written down so far. */
  get records(): ClientRecord[] {
    return this.people.map(({ record }) => record);
  }

  /** Messages that were acked so far. */
  get acked(): number {
    return this.people.reduce((sum, { writer }) => sum + writer.acked, 0);
  }

  /** When somebody learnt something last, in milliseconds since 1970. */
  get learntAt(): number {
    return Math.max(...this.people.map(({ learntAt }) => learntAt));
  }

  /** Messages that are under way now. */
  get underWay(): number {
    return this.people.reduce((sum, { writer }) => sum + writer.underWay, 0);
  }

  /** Answers of `unavailable` so far. */
  get unavailable(): number {
    return this.people.reduce((sum, { writer }) => sum + writer.unavailable, 0);
  }

  /** Ends the talk: fulfils when nothing is under way any more. */
  async stop(): Promise<void> {
    await Promise.all(this.people.map((one) => one.stop()));
  }

  /** Everybody leaves for good. */
  leave(): void {
    for (const one of this.people) one.leave();
  }

  /** Ends the talk, lets everybody catch up, and holds the server to its promises. */
  async reckon(): Promise<Outcome> {
    await this.stop();
    await Promise.all(this.people.map((one) => one.settle()));
    const { records } = this;
    const histories = await readHistories(this.url);
    return { broken: brokenPromises(records, histories), records, histories };
  }
}
