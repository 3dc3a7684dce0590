import { useEffect, useState } from 'react';

/**
 * Of several tabs one speaks, so that a message rings once: the one that holds a lock of the browser,
 * which goes on to another tab when that one is closed. Without locks (no HTTPS) each speaks.
 */
export function useIsSpeaker(): boolean {
  const [speaks, setSpeaks] = useState(!('locks' in navigator));

  useEffect(() => {
    if (!('locks' in navigator)) return;
    const given = new AbortController();
    let release = () => {};
    navigator.locks
      .request('chat-server.console.speaker', { signal: given.signal }, () => {
        setSpeaks(true);
        return new Promise<void>((resolve) => {
          release = resolve;
        });
      })
      .catch(() => {}); // Given up before it was granted.
    return () => {
      given.abort();
      release();
    };
  }, []);

  return speaks;
}
