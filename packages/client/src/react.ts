/** Hooks for React. With an alias of `react` to `preact/compat` they serve Preact as well. */
import { useEffect, useSyncExternalStore } from 'react';
import type {
  AdminClient,
  Chat,
  ChatClient,
  ChatTimeline,
  ConnectionState,
  QueueState,
  Readable,
  TimelineState,
  UserClient,
} from './index.js';

const nothing: Readable<null> = { get: () => null, subscribe: () => () => undefined };

/** The value of a readable, current; null while there is none. */
export function useReadable<T>(readable: Readable<T>): T;
export function useReadable<T>(readable: Readable<T> | null | undefined): T | null;
export function useReadable<T>(readable: Readable<T> | null | undefined): T | null {
  const { subscribe, get } = readable ?? (nothing as Readable<T | null>);
  return useSyncExternalStore(subscribe, get, get);
}

export function useConnection(client: ChatClient): ConnectionState {
  return useReadable(client.connection);
}

/** A timeline, opened when it is first shown. */
export function useTimeline(timeline: ChatTimeline): TimelineState;
export function useTimeline(timeline: ChatTimeline | null | undefined): TimelineState | null;
export function useTimeline(timeline: ChatTimeline | null | undefined): TimelineState | null {
  useEffect(() => {
    // Refused or closed: the connection says so.
    timeline?.open().catch(() => undefined);
  }, [timeline]);
  return useReadable(timeline);
}

/** The open chat of a user, or the last one. */
export function useCurrentChat(client: UserClient): ChatTimeline | null {
  return useReadable(client.current);
}

export function useSupportOnline(client: UserClient): boolean {
  return useReadable(client.supportOnline);
}

export function useQueue(client: AdminClient): QueueState {
  return useReadable(client.queue);
}

export function useMyChats(client: AdminClient): readonly Chat[] {
  return useReadable(client.mine);
}
