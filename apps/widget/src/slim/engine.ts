/**
 * Engine.IO (protocol 4) over the browser's WebSocket, in place of the library's engine, which is a
 * sixth of what a visitor would load. Where a proxy lets no WebSocket through, the library's own is
 * loaded and does what it does, by long polling.
 */
import { Emitter } from '@socket.io/component-emitter';
import type { Socket as Library } from 'engine.io-client';

interface Options {
  path: string;
  query: Record<string, string>;
}

type EngineEvents = Record<string, (detail?: unknown) => void>;

/** First character of a packet. */
const OPEN = '0';
const PING = '2';
const PONG = '3';
const MESSAGE = '4';

/** What Socket.IO's manager uses of an engine. */
export class Socket extends Emitter<EngineEvents, EngineEvents> {
  readonly transport = { writable: true };
  private readonly ws: WebSocket;
  private library: Library | undefined;
  private isOpen = false;
  private isOver = false;
  /** Longest silence of the server, in milliseconds. */
  private silence = 0;
  private heardAt = Date.now();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly offline = () => this.end('network connection lost');

  constructor(uri: string, options: Options) {
    super();
    const address = new URL(`${options.path}/`, uri);
    address.protocol = address.protocol.replace('http', 'ws');
    address.search = `${new URLSearchParams({ ...options.query, EIO: '4', transport: 'websocket' })}`;
    this.ws = new WebSocket(address);
    this.ws.onmessage = ({ data }) => this.receive(String(data));
    this.ws.onclose = () => {
      if (this.isOpen || this.isOver) this.end('transport close');
      else void this.poll(uri, options);
    };
    window.addEventListener('offline', this.offline);
  }

  write(packet: string): void {
    if (this.library) this.library.write(packet);
    else this.ws.send(MESSAGE + packet);
  }

  close(): void {
    this.end('forced close');
  }

  /** Timers sleep with the machine; the clock does not. */
  _hasPingExpired(): boolean {
    const expired = this.isOpen && Date.now() - this.heardAt > this.silence;
    if (expired) queueMicrotask(() => this.end('ping timeout'));
    return expired;
  }

  private receive(packet: string): void {
    const type = packet[0];
    const data = packet.slice(1);
    this.heardAt = Date.now();
    clearTimeout(this.timer);
    if (type === OPEN) {
      const { pingInterval, pingTimeout } = JSON.parse(data) as Record<string, number>;
      this.silence = (pingInterval ?? 0) + (pingTimeout ?? 0);
      this.isOpen = true;
      this.emit('open');
    } else if (type === PING) {
      this.ws.send(PONG + data);
      this.emit('ping');
    } else if (type === MESSAGE) this.emit('data', data);
    if (!this.isOver) this.timer = setTimeout(() => this.end('ping timeout'), this.silence);
  }

  private async poll(uri: string, options: Options): Promise<void> {
    const loaded = await import('./polling.js').catch(() => undefined);
    if (this.isOver) return;
    if (!loaded) return this.end('no connection');
    const { Engine } = loaded;
    // The library writes into what it is given.
    const library = new Engine(uri, { ...options, transports: ['polling'] });
    this.library = library;
    this.isOpen = true;
    library.on('open', () => this.emit('open'));
    library.on('data', (data) => this.emit('data', data));
    library.on('close', (reason) => this.end(reason));
    library.on('error', (error) => this.emit('error', error));
    this.silence = Number.POSITIVE_INFINITY;
  }

  private end(reason: string): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.timer);
    window.removeEventListener('offline', this.offline);
    this.ws.close();
    this.library?.close();
    this.emit(this.isOpen ? 'close' : 'error', this.isOpen ? reason : new Error(reason));
  }
}

/** What Socket.IO takes from the engine besides. */
export const nextTick = (task: () => void): void => queueMicrotask(task);

export function installTimerFunctions(owner: object): void {
  Object.assign(owner, {
    setTimeoutFn: window.setTimeout.bind(window),
    clearTimeoutFn: window.clearTimeout.bind(window),
  });
}

export function parse(source: string) {
  const { protocol, hostname, port, pathname: path } = new URL(source);
  return {
    source,
    protocol: protocol.slice(0, -1),
    host: hostname.replace(/[[\]]/g, ''),
    port,
    path,
  };
}

export { Fetch, NodeWebSocket, NodeXHR, WebSocket, WebTransport, XHR } from 'engine.io-client';
