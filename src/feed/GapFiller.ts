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
  hasPassed(chatId: string, seq: number): boolean;
  replay(page: LogPage, deskSeq?: number): void;
}

export class GapFiller {
  /** With the entry that is wanted of chats which have nobody here. */
  private wanted = new Map<string, number | undefined>();
  private waiting: { resolve(): void; reject(error: unknown): void }[] = [];
  private timer: NodeJS.Timeout | undefined;
  private reading = false;
  private closed = false;

  constructor(
    private readonly log: Pick<TimelineLog, 'read'>,
    private readonly gaps: () => Gaps,
    private readonly logger: Logger,
  ) {}

  want(chatId: string, deskSeq?: number): void {
    this.wanted.set(chatId, deskSeq ?? this.wanted.get(chatId));
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
    this.wanted = new Map();
    this.waiting = [];
    this.reading = true;
    let delay = PATIENCE;
    try {
      const pages = await this.log.read(this.queriesFor(due));
      for (const page of pages) this.gaps().replay(page, due.get(page.chat.chatId));
      for (const { resolve } of waiting) resolve();
    } catch (err) {
      for (const { reject } of waiting) reject(err);
      this.logger.debug({ err }, 'the timelines could not be read; trying again');
      this.wanted = new Map([...due, ...this.wanted]);
      delay = RETRY_AFTER;
    }
    this.reading = false;
    if (this.waiting.length > 0) this.schedule(0);
    else if (this.wanted.size > 0) this.schedule(delay);
  }

  private queriesFor(due: ReadonlyMap<string, number | undefined>): LogQuery[] {
    const queries: LogQuery[] = [];
    for (const [chatId, deskSeq] of due) {
      const after = this.gaps().lacking(chatId);
      if (after !== undefined) queries.push({ chatId, after });
      else if (deskSeq !== undefined && !this.gaps().hasPassed(chatId, deskSeq)) {
        queries.push({ chatId, after: deskSeq - 1 });
      }
    }
    return queries;
  }
}
