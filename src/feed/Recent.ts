/** A bounded memory: what was not set among the last many keys is forgotten. */
export class Recent<V> {
  private young = new Map<string, V>();
  private old = new Map<string, V>();

  /** @param limit at least so many keys are kept, at most twice as many. */
  constructor(private readonly limit: number) {}

  get(key: string): V | undefined {
    return this.young.get(key) ?? this.old.get(key);
  }

  set(key: string, value: V): void {
    this.young.set(key, value);
    if (this.young.size < this.limit) return;
    this.old = this.young;
    this.young = new Map();
  }
}
