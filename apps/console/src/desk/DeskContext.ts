/** What every part of the desk has at hand. */
import type { AdminClient } from '@chat-server/client';
import { createContext, useContext } from 'react';
import type { Identity } from '../session/session.js';
import type { ChatView, Place } from './place.js';

export interface Question {
  title: string;
  text: string;
  /** What the button says that does it. */
  confirm: string;
  run(): void;
}

export interface DeskValue {
  client: AdminClient;
  me: Identity;
  authMode: 'open' | 'token';
  place: Place;
  go(place: Place, how?: { replace: boolean }): void;
  /** Asks before something that cannot be taken back. */
  ask(question: Question): void;
  /** Tells a screen reader. */
  announce(text: string): void;
  /** Signs out; in open mode: changes the name. */
  leave(): void;
}

export const DeskContext = createContext<DeskValue | null>(null);

export function useDesk(): DeskValue {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('there is no desk here');
  return desk;
}

/**
 * The chats of the list that is shown, in its order: set by the list, read by the keys that go to the
 * next one.
 */
export const shownList: { view: ChatView | null; chatIds: readonly string[] } = {
  view: null,
  chatIds: [],
};

/** Asks the composer to take the focus, now or as soon as there is one for the chat. */
export const composerFocus = {
  wanted: null as string | null,
  listeners: new Set<() => void>(),
  ask(chatId: string): void {
    composerFocus.wanted = chatId;
    for (const call of [...composerFocus.listeners]) call();
  },
};
