/** How many are in at once under one key, and that there are never more than the most. */
export class Crowd {
  private readonly inside = new Map<string, number>();

  constructor(private readonly most: number) {}

  /** @returns whether there was room; then {@link leave} has to be called once. */
  enter(key: string): boolean {
    const count = this.inside.get(key) ?? 0;
    if (count >= this.most) return false;
    this.inside.set(key, count + 1);
    return true;
  }

  leave(key: string): void {
    const count = this.inside.get(key) ?? 0;
    if (count > 1) this.inside.set(key, count - 1);
    else this.inside.delete(key);
  }
}
