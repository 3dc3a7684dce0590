/**
 * Group commit by natural batching: whatever arrives while one commit is on its way to the disk goes
 * into the next. No timer, so a lone message waits for nobody, and a crowd shares one fsync.
 *
 * One batch is under way at a time; therefore outcomes come in the order of the timeline, and each is
 * handed to `onDone` (the feed) before its sender's promise fulfils.
 */
import { ChatError } from '../errors.js';
import type { Command, Done, DoneOf, Outcome } from '../timeline/commands.js';
import type { ChatStore } from './ChatStore.js';

/** Commands of one transaction: bounds how long a commit takes, and its memory. */
const BATCH_LIMIT = 1000;
/** Commands that may wait; at 8,000 characters each this is 160 MB in the worst case. */
const QUEUE_LIMIT = 10_000;

interface Waiting {
  command: Command;
  resolve(done: never): void;
  reject(error: unknown): void;
}

export class GroupCommit {
  private queue: Waiting[] = [];
  private running = false;

  constructor(
    private readonly store: Pick<ChatStore, 'append'>,
    private readonly onDone: (done: Done) => void,
  ) {}

  /**
   * @returns when it is on disk.
   * @throws ChatError the rule that refused it; `unavailable` when too much waits already.
   * @throws StoreUnavailable as `append` does; any other fault that it has met, and nothing was written.
   */
  submit<C extends Command>(command: C): Promise<DoneOf<C>> {
    if (this.queue.length >= QUEUE_LIMIT) return Promise.reject(new ChatError('store_unavailable'));
    return new Promise((resolve, reject) => {
      this.queue.push({ command, resolve, reject });
      if (this.running) return;
      this.running = true;
      // After the packets that this turn of the event loop still holds.
      setImmediate(() => this.run());
    });
  }

  private run(): void {
    const batch = this.queue.splice(0, BATCH_LIMIT);
    this.running = batch.length > 0;
    if (!this.running) return;
    this.store.append(batch.map(({ command }) => command)).then(
      (outcomes) => {
        // The next batch is on its way to the disk while this one goes out to its participants.
        this.run();
        batch.forEach((waiting, index) => {
          this.settle(waiting, outcomes[index]);
        });
      },
      (error: unknown) => {
        for (const { reject } of batch) reject(error);
        this.run();
      },
    );
  }

  private settle({ resolve, reject }: Waiting, outcome: Outcome | undefined): void {
    if (!outcome) reject(new Error('append returned fewer outcomes than commands'));
    else if ('failed' in outcome) reject(outcome.failed);
    else if ('refused' in outcome) {
      const { refused, ...facts } = outcome;
      reject(new ChatError(refused, facts));
    } else {
      try {
        if (outcome.fresh) this.onDone(outcome);
        resolve(outcome as never);
      } catch (error) {
        reject(error); // It is kept; who misses it reads it, and the sender may send it again.
      }
    }
  }
}
