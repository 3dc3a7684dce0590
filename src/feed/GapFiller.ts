/** Reads from the database what chats lack here, for many chats at once. */
import type { Logger } from '../log.js';
import type { LogPage, LogQuery, TimelineLog } from '../store/TimelineLog.js';

/** Hints overtake each other by milliseconds; to read at once would be to read most things twice. */
const PATIENCE = 25;
/** After the database could not be asked, in milliseconds. */
const RETRY_AFTER = 500;

export interface Gaps {
  /** From where on a chat has to be read; undefined when it lacks nothing. */
  lacking(chatId: string): LogQuery['after'] | undefined;
  replay(page: LogPage): void;
  /** The same for the one entry that admins have to be told of. */
  lackingAtDesk(chatId: string): LogQuery['after'] | undefined;
  replayToDesk(page: LogPage): void;
}

export class GapFiller {
  private wanted = new Set<string>();
  private waiting: { resolve(): void; reject(error: unknown): void }[] = [];
  private timer: NodeJS.Timeout | undefined;
  private reading = false;
  private closed = false;

  constructor(
    private readonly log: Pick<TimelineLog, 'read'>,
    private readonly gaps: () => Gaps,
    private readonly logger: Logger,
  ) {}

  want(chatId: string): void {
    this.wanted.add(chatId);
    this.schedule(PATIENCE);
  }

  /** Fulfils when what is wanted now has been read once; rejects when that was in vain. */
  async flush(): Promise<void> {
    if (this.wanted.size === 0 && !this.reading) return;
    await new Promise<void>((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      clearTimeout(this.timer);
      this.timer = undefined;
      this.schedule(0);
    });
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private schedule(delay: number): void {
    if (this.reading || this.closed) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.fill();
    }, delay);
  }

  private async fill(): Promise<void> {
    const { wanted: due, waiting } = this;
    this.wanted = new Set();
    this.waiting = [];
    this.reading = true;
    let delay = PATIENCE;
    try {
      await this.read(due);
      for (const { resolve } of waiting) resolve();
    } catch (err) {
      for (const { reject } of waiting) reject(err);
      this.logger.debug({ err }, 'the timelines could not be read; trying again');
      this.wanted = new Set([...due, ...this.wanted]);
      delay = RETRY_AFTER;
    }
    this.reading = false;
    if (this.waiting.length > 0) this.schedule(0);
    else if (this.wanted.size > 0) this.schedule(delay);
  }

  private async read(due: ReadonlySet<string>): Promise<void> {
    const gaps = this.gaps();
    const queries = (lacking: (chatId: string) => LogQuery['after'] | undefined, limit?: number) =>
      [...due].flatMap((chatId): LogQuery[] => {
        const after = lacking(chatId);
        return after === undefined ? [] : [{ chatId, after, limit }];
      });
    const pages = await this.log.read(queries((chatId) => gaps.lacking(chatId)));
    for (const page of pages) gaps.replay(page);
    const ofDesk = await this.log.read(queries((chatId) => gaps.lackingAtDesk(chatId), 1));
    for (const page of ofDesk) gaps.replayToDesk(page);
  }
}
