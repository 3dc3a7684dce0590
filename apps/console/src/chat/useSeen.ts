import type { ChatTimeline, TimelineState } from '@chat-server/client';
import { useEffect, useSyncExternalStore } from 'react';

interface Seen {
  timeline: ChatTimeline;
  state: TimelineState;
  isMine: boolean;
  /** Whether the newest entry is in sight. */
  atEnd: boolean;
}

/**
 * Tells the server what has been seen: what is in sight, in a window that somebody looks at.
 * @returns how many messages are there that have not been
 */
export function useSeen({ timeline, state, isMine, atEnd }: Seen): number {
  const attentive = useSyncExternalStore(subscribe, isAttentive);
  const { unread } = state;
  useEffect(() => {
    if (isMine && atEnd && attentive && unread > 0) timeline.markSeen();
  }, [isMine, atEnd, attentive, unread, timeline]);
  return isMine ? unread : 0;
}

const isAttentive = () => !document.hidden && document.hasFocus();

function subscribe(onChange: () => void): () => void {
  window.addEventListener('focus', onChange);
  window.addEventListener('blur', onChange);
  document.addEventListener('visibilitychange', onChange);
  return () => {
    window.removeEventListener('focus', onChange);
    window.removeEventListener('blur', onChange);
    document.removeEventListener('visibilitychange', onChange);
  };
}
