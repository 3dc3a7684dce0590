/** Events of the page, where there is one; in Node nothing happens. */
type Listener = (event: { key?: string | null }) => void;

interface EventSource {
  addEventListener?(event: string, listener: Listener): void;
  removeEventListener?(event: string, listener: Listener): void;
}

/** @returns ends it. */
export function onPageEvents(listeners: Record<string, Listener>): () => void {
  const page = globalThis as EventSource;
  const all = Object.entries(listeners);
  for (const [event, listener] of all) page.addEventListener?.(event, listener);
  return () => {
    for (const [event, listener] of all) page.removeEventListener?.(event, listener);
  };
}
