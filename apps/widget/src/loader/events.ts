/** What the site can listen to. A mistake in its listener is reported as its own, and stops nothing here. */
import type { MessageNotice } from '../protocol.js';

export interface Events {
  ready: undefined;
  open: undefined;
  close: undefined;
  message: MessageNotice;
  /** How many messages the visitor has not seen. */
  unread: number;
}

const events = new EventTarget();
let isReady = false;

export function emit<E extends keyof Events>(event: E, detail?: Events[E]): void {
  isReady ||= event === 'ready';
  events.dispatchEvent(new CustomEvent(event, { detail }));
}

export function on(event: string, listener: (data: unknown) => void): void {
  events.addEventListener(event, (happened) => listener((happened as CustomEvent).detail));
  if (isReady && event === 'ready') setTimeout(listener);
}
