/**
 * What the loader (in the site's page) and the panel (in a frame of the chat server's origin) say to
 * each other, over a MessagePort that the loader hands to the frame. Nobody else has an end of it.
 *
 * The panel never sends what is written in a chat: scripts of the site learn that there is a message,
 * and not what it says.
 */

export type Theme = 'auto' | 'light' | 'dark';

/** What a site may choose. Text, because it also comes from `data-` attributes. */
export interface Settings {
  /** BCP 47, such as `de` or `pt-BR`. Default: the page's `lang`, else the browser's language. */
  locale?: string;
  /** Default: `auto`, the visitor's system. */
  theme?: Theme;
  /** The accent, as `#rgb` or `#rrggbb`. */
  color?: string;
  /** Default: `right`, with a right-to-left language `left`. */
  position?: 'left' | 'right';
  /** What a screen reader calls the launcher and the panel. Default: `Chat`. */
  label?: string;
  /** Over the panel, instead of the language's own words. */
  title?: string;
  /** What a visitor reads before the first message. */
  greeting?: string;
  /** False for sites that open the panel from a button of their own. */
  launcher?: boolean | string;
  /** The agent sees on which page of the site the visitor is. */
  sharePage?: boolean | string;
  /** The agent sees what the visitor types before it is sent. */
  shareTyping?: boolean | string;
}

export interface HostState {
  settings: Settings;
  open: boolean;
  /** The panel covers the whole page, as on a phone. */
  fullscreen: boolean;
  /** The keyboard's focus should move into the panel when it opens. */
  focus: boolean;
  /** Rises with each `identify`; 0 for a visitor whom the site does not know. */
  identity: number;
  /** Whether the site's page may show desktop notifications; undefined where there are none. */
  notifications: 'default' | 'granted' | 'denied' | undefined;
  /** Only with `sharePage`. */
  page?: { url: string; title: string };
}

export type ToPanel =
  | { type: 'state'; state: HostState }
  /** Of the identity that was told last. */
  | { type: 'token'; token: string }
  | { type: 'prefill'; text: string }
  | { type: 'reset' };

/** A message that has come, without what it says. */
export interface MessageNotice {
  chatId: string;
  messageId: string;
  seq: number;
  createdAt: string;
}

export type ToHost =
  | { type: 'ready' }
  | { type: 'close' }
  /** A fresh token is needed, each time the panel connects. */
  | { type: 'token' }
  | { type: 'unread'; count: number; label: string }
  | { type: 'message'; message: MessageNotice }
  /** Whether this visitor has anything in the browser's storage. */
  | { type: 'stored'; stored: boolean }
  | { type: 'ask' }
  | { type: 'notify'; title: string; body: string; tag: string };

/** Marks the one `postMessage` that carries the port. */
export const HELLO = 'chat-server:hello';

/** An attribute without a value means yes. */
export const isOn = (value: boolean | string | undefined): boolean =>
  `${value ?? false}` !== 'false';

/** Languages that are written from right to left, of those the widget speaks. */
export const isRightToLeft = (locale: string): boolean => /^ar\b/i.test(locale);
