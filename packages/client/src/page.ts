/** Events of the page, where there is one; in Node nothing happens. */
interface EventSource {
  addEventListener?(event: string, listener: (event: { key?: string | null }) => void): void;
  removeEventListener?(event: string, listener: (event: { key?: string | null }) => void): void;
}

/** @returns ends it. */
export function onPageEvent(
  event: 'online' | 'storage',
  listener: (event: { key?: string | null }) => void,
): () => void {
  const page = globalThis as EventSource;
  page.addEventListener?.(event, listener);
  return () => page.removeEventListener?.(event, listener);
}
