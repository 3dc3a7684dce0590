/**
 * The page that shows the panel. Browsers let only pages of `FRONTEND_URL` frame it (the header
 * `frame-ancestors`), and only the page that does so is heard: a message counts when its source is the
 * parent window, and from then on everything goes through the port that came with it. So another
 * frame on the site, a popup or an opener can neither identify a visitor nor hear of one.
 */
import { HELLO, type HostState, type ToHost, type ToPanel } from '../protocol.js';
import { Cell } from './Cell.js';

/** Longest that a site may take to make a token, in milliseconds. */
const TOKEN_WITHIN = 20_000;

export class Host {
  readonly state = new Cell<HostState>({
    settings: { locale: navigator.language },
    open: false,
    fullscreen: false,
    focus: true,
    identity: 0,
    notifications: undefined,
  });
  onPrefill: (text: string) => void = () => {};
  onReset: () => void = () => {};
  private port: MessagePort | undefined;
  private waiting: ((token: string) => void)[] = [];

  /** @param ready called once the page has said how the panel is to be */
  constructor(ready: () => void) {
    // Opened as a page of its own, it is what it shows.
    if (!this.isFramed) {
      this.state.set({ ...this.state.get(), open: true, fullscreen: true });
      queueMicrotask(ready);
      return;
    }
    window.addEventListener('message', ({ source, data, ports: [port] }) => {
      if (source !== window.parent || data !== HELLO || !port || this.port) return;
      this.port = port;
      port.onmessage = ({ data: message }: MessageEvent<ToPanel>) => {
        this.receive(message);
        if (message.type === 'state') ready();
      };
    });
  }

  send(message: ToHost): void {
    this.port?.postMessage(message);
  }

  /** Whether a site shows the panel; else it is a page of its own. */
  get isFramed(): boolean {
    return window.parent !== window;
  }

  /** Whether the visitor can see the panel now. */
  get isSeen(): boolean {
    return this.state.get().open && document.visibilityState === 'visible';
  }

  /** A fresh token of the visitor whom the site knows; empty when the site has none. */
  async token(): Promise<string> {
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(''), TOKEN_WITHIN);
      this.waiting.push((token) => {
        clearTimeout(late);
        resolve(token);
      });
      this.send({ type: 'token' });
    });
  }

  private receive(message: ToPanel): void {
    if (message.type === 'state') this.state.set(message.state);
    else if (message.type === 'prefill') this.onPrefill(message.text);
    else if (message.type === 'reset') this.onReset();
    else this.waiting.shift()?.(message.token);
  }
}
