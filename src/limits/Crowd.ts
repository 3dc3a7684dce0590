/** How many are in at once under one key, and that there are never more than the most. */
export class Crowd {
  private readonly inside = new Map<string, number>();

  constructor(private readonly most: number) {}

  /** @returns what lets one go again, or undefined when it is full. */
  enter(key: string): (() => void) | undefined {
    const count = this.inside.get(key) ?? 0;
    if (count >= this.most) return undefined;
    this.inside.set(key, count + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.leave(key);
    };
  }

  private leave(key: string): void {
    const count = this.inside.get(key) ?? 0;
    if (count > 1) this.inside.set(key, count - 1);
    else this.inside.delete(key);
  }
}
