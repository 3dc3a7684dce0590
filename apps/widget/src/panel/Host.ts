/**
 * The page that shows the panel. Browsers let only pages of `FRONTEND_URL` frame it (the header
 * `frame-ancestors`), and only the page that does so is heard: a message counts when its source is the
 * parent window, and from then on everything goes through the port that came with it. So another
 * frame on the site, a popup or an opener can neither identify a visitor nor hear of one.
 */
import { HELLO, type HostState, type ToHost, type ToPanel } from '../protocol.js';
import { Cell } from './Cell.js';

interface Handlers {
  prefill(text: string): void;
  reset(): void;
}

export class Host {
  readonly state = new Cell<HostState>({
    settings: { locale: navigator.language },
    open: false,
    fullscreen: false,
    focus: true,
    identity: 0,
    notifications: undefined,
  });
  /** Once the page has said how the panel is to be. */
  readonly told: Promise<void>;
  private port: MessagePort | undefined;
  private handlers: Handlers | undefined;
  /** What came before there was somebody to hear it. */
  private early: ToPanel[] = [];
  /** All for the present identity, so an answer will do for each. */
  private waiting: ((token: string) => void)[] = [];

  constructor() {
    this.told = new Promise((resolve) => {
      // Opened as a page of its own, it is what it shows.
      if (!this.isFramed) {
        this.state.set({ ...this.state.get(), open: true, fullscreen: true });
        resolve();
      }
      window.addEventListener('message', ({ source, data, ports: [port] }) => {
        if (!this.isFramed || source !== window.parent) return;
        if (data !== HELLO || !port || this.port) return;
        this.port = port;
        port.onmessage = ({ data: message }: MessageEvent<ToPanel>) => {
          this.receive(message);
          resolve();
        };
      });
    });
  }

  /** From here on the site's commands are carried out, those from before first. */
  start(handlers: Handlers): void {
    this.handlers = handlers;
    for (const message of this.early.splice(0)) this.receive(message);
    this.send({ type: 'ready' });
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

  /**
   * A fresh token of the visitor whom the site knows; empty when the site has none. It never comes
   * when the site says meanwhile that they are somebody else.
   */
  token(): Promise<string> {
    this.send({ type: 'token' });
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private receive(message: ToPanel): void {
    if (message.type === 'state') {
      if (message.state.identity !== this.state.get().identity) this.waiting = [];
      this.state.set(message.state);
    } else if (message.type === 'token') {
      for (const give of this.waiting.splice(0)) give(message.token);
    } else if (!this.handlers) this.early.push(message);
    else if (message.type === 'prefill') this.handlers.prefill(message.text);
    else this.handlers.reset();
  }
}
