/**
 * One identity's way to the server: connects, reconnects, asks and hears. Each try is a socket of its
 * own, so nothing that an old one had buffered is ever sent behind our back.
 */
import { io, type Socket } from 'socket.io-client';
import { ClientError, toClientError, unavailable } from './ClientError.js';
import type { Ask, Handlers, Sent, Side } from './events.js';
import { onPageEvents } from './page.js';
import { Value, when } from './readable.js';
import { backoff, pause, type Timing } from './timing.js';
import type { WireError } from './wire.js';

export interface ConnectionState {
  /** `refused` and `closed` are final. */
  status: 'connecting' | 'connected' | 'reconnecting' | 'refused' | 'closed';
  /** Why it is refused, or why the last try failed. */
  error: WireError | null;
}

export type Token = string | (() => string | Promise<string>);

export interface ConnectionOptions<S extends Side> {
  /** Origin of the server. */
  url: string;
  side: S;
  query: Record<string, string>;
  /** Asked again for each connection when it is a function. */
  token: Token | undefined;
  timing: Timing;
  handlers: Handlers<S>;
  /** Called each time it has connected. */
  onConnected(): void;
  /** Asks for anything; without an answer in time the connection is given up. */
  probe(): void;
}

/** Requests that wait for their answer at once; a desk with a thousand chats asks for each. */
const AT_ONCE = 8;

type Answer = { ok: true; data: unknown } | { ok: false; error: WireError };

export class Connection<S extends Side> {
  readonly state = new Value<ConnectionState>({ status: 'connecting', error: null });
  private socket: Socket | undefined;
  /** Connections that failed in a row. */
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asking = 0;
  private readonly queue: (() => void)[] = [];
  /** Rejects what waits for an answer of the present socket. */
  private readonly unanswered = new Set<(error: ClientError) => void>();
  private readonly ignorePage: () => void;
  private readonly hurry = () => {
    if (this.timer !== undefined) this.connect();
  };

  constructor(private readonly options: ConnectionOptions<S>) {
    this.ignorePage = onPageEvents({
      online: this.hurry,
      // A page that was asleep does not know whether its connection is still there.
      visibilitychange: () => this.options.probe(),
    });
    this.connect();
  }

  get isConnected(): boolean {
    return this.state.get().status === 'connected';
  }

  /** @throws ClientError at once when there is no connection. */
  readonly ask: Ask<Sent[S]> = (event, payload) =>
    new Promise((resolve, reject) => {
      const { socket } = this;
      if (!socket || !this.isConnected) return reject(unavailable('There is no connection.'));
      const give = (error: ClientError) => {
        this.unanswered.delete(give);
        reject(error);
      };
      this.unanswered.add(give);
      socket
        .timeout(this.options.timing.answer)
        .emit(event, payload, (late: Error | null, answer: Answer) => {
          if (!this.unanswered.delete(give)) return;
          if (late) {
            reject(unavailable('There was no answer in time.'));
            if (socket === this.socket) this.lost(socket, null);
          } else if (answer.ok) resolve(answer.data as never);
          else reject(new ClientError(answer.error));
        });
    });

  /** For what a person does: waits for the connection, as long as for an answer, and asks once. */
  readonly command: Ask<Sent[S]> = async (event, payload) => {
    await this.connected(this.options.timing.answer);
    return this.ask(event, payload);
  };

  /** For what may be asked twice: goes on until there is an answer, or a refusal. */
  readonly request: Ask<Sent[S]> = async (event, payload) => {
    for (let tries = 0; ; tries++) {
      let least: number | undefined;
      await this.connected();
      await this.turn();
      try {
        return await this.ask(event, payload);
      } catch (thrown) {
        const error = toClientError(thrown);
        if (!error.isPassing) throw error;
        least = error.retryAfter;
      } finally {
        this.asking--;
        this.queue.shift()?.();
      }
      await pause(backoff(this.options.timing, tries, least));
    }
  };

  private async turn(): Promise<void> {
    if (this.asking >= AT_ONCE) await new Promise<void>((resolve) => this.queue.push(resolve));
    this.asking++;
  }

  /** Tries at once: after a refusal, or when a person does not want to wait. */
  reconnect(): void {
    if (this.isConnected || this.state.get().status === 'closed') return;
    this.failures = 0;
    this.connect();
  }

  close(): void {
    this.ignorePage();
    this.drop();
    this.state.set({ status: 'closed', error: null });
  }

  /** @throws ClientError when it is refused or closed, or not there in time. */
  private connected(within?: number): Promise<true> {
    return when(
      this.state,
      ({ status, error }) => {
        if (status === 'refused' && error) throw new ClientError(error);
        if (status === 'closed') throw unavailable('The client is closed.');
        return status === 'connected';
      },
      within,
    );
  }

  private connect(): void {
    this.drop();
    const status = this.state.get().status === 'connecting' ? 'connecting' : 'reconnecting';
    this.state.set({ status, error: this.state.get().error });
    const { url, side, query } = this.options;
    const socket = io(`${url}/${side}`, {
      query,
      auth: (give) => void this.giveToken(socket, give),
      forceNew: true,
      reconnection: false,
      autoConnect: false,
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
    });
    this.socket = socket;
    // A connection that opens and then says nothing is given up as well.
    this.timer = setTimeout(() => this.lost(socket, null), this.options.timing.answer);
    socket.on('connect', () => this.onConnect());
    socket.on('connect_error', (error: Error & { data?: WireError }) =>
      this.lost(socket, error.data ?? { code: 'unavailable', message: error.message }),
    );
    socket.on('disconnect', () => this.lost(socket, null));
    socket.onAny((event: keyof Handlers<S>, data) => this.options.handlers[event]?.(data));
    socket.connect();
  }

  private async giveToken(socket: Socket, give: (auth: object) => void): Promise<void> {
    const { token } = this.options;
    try {
      give({ token: typeof token === 'function' ? await token() : token });
    } catch (error) {
      this.lost(socket, toClientError(error).wire);
    }
  }

  private onConnect(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.failures = 0;
    this.state.set({ status: 'connected', error: null });
    this.options.onConnected();
  }

  /** The present socket has failed; a refusal is final, everything else is tried again. */
  private lost(socket: Socket, error: WireError | null): void {
    if (socket !== this.socket) return;
    this.drop();
    if (error?.code === 'unauthorized' || error?.code === 'forbidden') {
      this.state.set({ status: 'refused', error });
      return;
    }
    const status = this.state.get().status === 'connecting' ? 'connecting' : 'reconnecting';
    const wait = backoff(this.options.timing, this.failures++, error?.retryAfter);
    this.timer = setTimeout(this.hurry, wait);
    this.state.set({ status, error });
  }

  private drop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { socket } = this;
    this.socket = undefined;
    socket?.removeAllListeners().offAny();
    socket?.disconnect();
    for (const reject of [...this.unanswered]) reject(unavailable('The connection was lost.'));
  }
}
