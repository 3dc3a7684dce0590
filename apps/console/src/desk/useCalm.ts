import type { Readable } from '@chat-server/client';
import { useCallback, useRef, useSyncExternalStore } from 'react';

/**
 * The value of a readable, as of the last frame. However fast it changes, the page is drawn once a
 * frame; a hidden page has no frames, so there it is brought up to date a few times a second.
 */
export function useCalm<T>(readable: Readable<T>): T {
  const shown = useRef<{ of: Readable<T>; value: T } | null>(null);
  if (shown.current?.of !== readable) shown.current = { of: readable, value: readable.get() };
  const subscribe = useCallback(
    (draw: () => void) => {
      let cancel: (() => void) | undefined;
      const update = () => {
        cancel = undefined;
        shown.current = { of: readable, value: readable.get() };
        draw();
      };
      const stop = readable.subscribe(() => {
        cancel ??= soon(update);
      });
      update();
      return () => {
        stop();
        cancel?.();
      };
    },
    [readable],
  );
  return useSyncExternalStore(subscribe, () => (shown.current as { value: T }).value);
}

/** @returns takes it back. */
function soon(call: () => void): () => void {
  if (document.hidden) {
    const timer = setTimeout(call, 200);
    return () => clearTimeout(timer);
  }
  const frame = requestAnimationFrame(call);
  return () => cancelAnimationFrame(frame);
}
