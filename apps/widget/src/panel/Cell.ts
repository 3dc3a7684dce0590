/** A value that changes, in the form of the SDK's. */
import type { Readable } from '@chat-server/client';
import { useLayoutEffect, useState } from 'preact/hooks';

export class Cell<T> implements Readable<T> {
  private readonly listeners = new Set<() => void>();

  constructor(private value: T) {}

  get(): T {
    return this.value;
  }

  set(value: T): void {
    if (Object.is(this.value, value)) return;
    this.value = value;
    for (const listener of [...this.listeners]) listener();
  }

  subscribe(onChange: () => void): () => void {
    this.listeners.add(onChange);
    return () => void this.listeners.delete(onChange);
  }
}

/** Draws the component again whenever the value changes. @param otherwise while there is nothing to read */
export function useReadable<T>(readable: Readable<T>): T;
export function useReadable<T, O>(readable: Readable<T> | null | undefined, otherwise: O): T | O;
export function useReadable<T, O>(readable: Readable<T> | null | undefined, otherwise?: O) {
  const [, redraw] = useState<T>();
  useLayoutEffect(() => {
    if (!readable) return;
    // What changed between drawing and subscribing would be missed.
    const look = () => redraw(readable.get());
    const end = readable.subscribe(look);
    look();
    return end;
  }, [readable]);
  return readable ? readable.get() : otherwise;
}
