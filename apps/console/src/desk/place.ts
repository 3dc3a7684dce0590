/** Where in the console one is: the address says it, so that a reload and a link lead back. */
import { useCallback, useMemo } from 'react';
import { useLocation } from 'wouter';

export const chatViews = ['queue', 'mine', 'all'] as const;
export type ChatView = (typeof chatViews)[number];
export type View = ChatView | 'overview' | 'team';

export interface Place {
  view: View;
  chatId: string | null;
}

export const pathOf = ({ view, chatId }: Place) => (chatId ? `/${view}/${chatId}` : `/${view}`);

function placeOf(path: string): Place {
  const [, view = '', chatId] = /^\/(\w+)(?:\/([0-9a-f-]{36}))?\/?$/.exec(path) ?? [];
  if (view === 'overview' || view === 'team') return { view, chatId: null };
  if (isChatView(view)) return { view, chatId: chatId ?? null };
  return { view: 'queue', chatId: null };
}

export const isChatView = (view: string): view is ChatView =>
  (chatViews as readonly string[]).includes(view);

export function usePlace(): [Place, (place: Place, how?: { replace: boolean }) => void] {
  const [path, navigate] = useLocation();
  const place = useMemo(() => placeOf(path), [path]);
  const go = useCallback(
    (to: Place, how?: { replace: boolean }) => navigate(pathOf(to), how),
    [navigate],
  );
  return [place, go];
}
