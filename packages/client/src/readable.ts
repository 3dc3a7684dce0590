/** Values that change, in the form that view libraries subscribe to. */
import { unavailable } from './ClientError.js';

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

/** A value that is made from others, when somebody asks for it. */
export class Computed<T> implements Readable<T> {
  private readonly listeners = new Listeners();
  private made: [T] | undefined;

  constructor(private readonly make: () => T) {}

  readonly get = (): T => {
    this.made ??= [this.make()];
    return this.made[0];
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

/** A value that is set. */
export class Value<T> extends Computed<T> {
  constructor(private value: T) {
    super(() => this.value);
  }

  set(value: T): void {
    if (value === this.value) return;
    this.value = value;
    this.changed();
  }
}

/**
 * Waits until a readable has what one looks for.
 * @param pick gives it, or something falsy as long as it is not there; what it throws ends the wait
 * @param within milliseconds; without end by default
 * @throws ClientError `unavailable` when it does not come in time.
 */
export function when<T, R>(
  readable: Readable<T>,
  pick: (value: T) => R,
  within?: number,
): Promise<Exclude<R, undefined | null | false>> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = readable.subscribe(() => look());
    const look = () => {
      try {
        const found = pick(readable.get());
        if (!found) return;
        resolve(found as Exclude<R, undefined | null | false>);
      } catch (error) {
        reject(error);
      }
      clearTimeout(timer);
      end();
    };
    if (within !== undefined) {
      timer = setTimeout(() => {
        end();
        reject(unavailable('There was no answer in time.'));
      }, within);
    }
    look();
  });
}
