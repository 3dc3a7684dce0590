/** Values that change, in the form that view libraries subscribe to. */

/** `get` returns the same object until something changes. Fits React's `useSyncExternalStore`. */
export interface Readable<T> {
  get(): T;
  /** @returns ends the subscription. */
  subscribe(onChange: () => void): () => void;
}

type Listener<A extends unknown[]> = (...args: A) => void;

/** A listener that throws is reported as uncaught, and stops nobody else. */
export class Listeners<A extends unknown[] = []> {
  private readonly all = new Set<Listener<A>>();

  get size(): number {
    return this.all.size;
  }

  /** The same function may listen twice. @returns ends it. */
  add(listener: Listener<A>): () => void {
    const entry: Listener<A> = (...args) => listener(...args);
    this.all.add(entry);
    return () => void this.all.delete(entry);
  }

  call(...args: A): void {
    for (const listener of [...this.all]) {
      try {
        listener(...args);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}

/** A value that is set. */
export class Value<T> implements Readable<T> {
  private readonly listeners = new Listeners();

  constructor(private value: T) {}

  readonly get = (): T => this.value;
  readonly subscribe = (onChange: () => void): (() => void) => this.listeners.add(onChange);

  get observed(): boolean {
    return this.listeners.size > 0;
  }

  set(value: T): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    this.listeners.call();
  }
}

/** A value that is made from others, when somebody asks for it. */
export class Computed<T> implements Readable<T> {
  private readonly listeners = new Listeners();
  private made: { value: T } | undefined;

  constructor(private readonly make: () => T) {}

  readonly get = (): T => {
    this.made ??= { value: this.make() };
    return this.made.value;
  };
  readonly subscribe = (onChange: () => void): (() => void) => this.listeners.add(onChange);

  get observed(): boolean {
    return this.listeners.size > 0;
  }

  /** What it was made from has changed. */
  changed(): void {
    this.made = undefined;
    this.listeners.call();
  }
}
