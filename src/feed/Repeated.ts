/** Work that is done again some time after it was done, and at once when asked; never twice at once. */
export class Repeated {
  private timer: NodeJS.Timeout | undefined;
  private running = false;
  private again = false;
  private closed = false;
  private awaited: (() => void)[] = [];

  /**
   * @param work does not reject
   * @param every milliseconds from the end of one run to the next
   */
  constructor(
    private readonly work: () => Promise<void>,
    private readonly every: number,
  ) {}

  /** Fulfils after a run that began after this call. */
  now(): Promise<void> {
    return new Promise((resolve) => {
      this.awaited.push(resolve);
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
    const awaited = this.awaited;
    this.awaited = [];
    this.again = false;
    this.running = true;
    await this.work();
    this.running = false;
    for (const resolve of awaited) resolve();
    this.schedule();
  }
}
