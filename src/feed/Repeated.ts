/** Work that is done again some time after it was done, and at once when asked; never twice at once. */
export class Repeated {
  private timer: NodeJS.Timeout | undefined;
  private running = false;
  private again = false;
  private closed = false;
  private awaited: { resolve(): void; reject(error: unknown): void }[] = [];

  /**
   * @param every milliseconds from the end of one run to the next
   * @param failed is told of each run that was in vain
   */
  constructor(
    private readonly work: () => Promise<void>,
    private readonly every: number,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Fulfils after a run that began after this call; rejects when that was in vain. */
  now(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.awaited.push({ resolve, reject });
      this.soon();
    });
  }

  soon(): void {
    this.again = true;
    if (!this.running) this.schedule();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.closed) return;
    this.timer = setTimeout(() => void this.run(), this.again ? 0 : this.every);
  }

  private async run(): Promise<void> {
    const { awaited } = this;
    this.awaited = [];
    this.again = false;
    this.running = true;
    try {
      await this.work();
      for (const { resolve } of awaited) resolve();
    } catch (error) {
      this.failed(error);
      for (const { reject } of awaited) reject(error);
    }
    this.running = false;
    this.schedule();
  }
}
