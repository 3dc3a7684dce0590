/** What the site can listen to. */
import type { MessageNotice } from '../protocol.js';

export interface Events {
  ready: [];
  open: [];
  close: [];
  message: [MessageNotice];
  /** How many messages the visitor has not seen. */
  unread: [number];
}

type Listener = (...data: unknown[]) => void;

const listeners: [event: string, listener: Listener][] = [];
let isReady = false;

/** In a turn of its own: a mistake in the site's listener is reported as the site's, and stops nothing here. */
const call = (listener: Listener, data: unknown[]) =>
  void Promise.resolve(data).then((all) => listener(...all));

export function emit<E extends keyof Events>(event: E, ...data: Events[E]): void {
  isReady ||= event === 'ready';
  for (const [name, listener] of listeners) if (name === event) call(listener, data);
}

export function on(event: string, listener: Listener): void {
  listeners.push([event, listener]);
  if (isReady && event === 'ready') call(listener, []);
}
