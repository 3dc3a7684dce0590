/**
 * The visitor and their connection. There is none until the panel is opened, or the visitor has a chat
 * from before; and nothing is kept in the browser until they send.
 */
import { connectUser, type UserClient } from '@chat-server/client';
import type { HostState } from '../protocol.js';
import { Cell } from './Cell.js';
import type { Host } from './Host.js';
import { type VisitorStorage, WIDGET } from './storage.js';
import { makeVisitor, recallVisitor, subjectOf, VISITOR_KEY, type Visitor } from './visitor.js';

/** Between tries to be given an identity, in milliseconds; it doubles up to the longest. */
const RETRY = 1000;
const LONGEST_RETRY = 30_000;
/** What was written before there was an identity to send it with. */
const FIRST_KEY = `${WIDGET}first`;

/** `nobody`: not connected yet; `unreachable`: no identity to be had, tried again; `rejected`: the site's token is none. */
export type SessionStatus = 'nobody' | 'connecting' | 'unreachable' | 'rejected' | 'connected';

export class Session {
  readonly client = new Cell<UserClient | null>(null);
  readonly status = new Cell<SessionStatus>('nobody');
  /** Sent, and waiting for an identity. */
  readonly first = new Cell<readonly string[]>([]);
  /** Called when the visitor has been forgotten, by this tab or another. */
  onForgotten: () => void = () => {};
  private visitor: Visitor | null = null;
  /** The server has taken this identity once; a new one that it refuses would be refused again. */
  private wasTaken = false;
  private identity = 0;
  /** The page that the agent has been told of. */
  private visited = '';
  /** Rises whenever the visitor becomes somebody else, so that what was under way is dropped. */
  private turn = 0;

  constructor(
    private readonly host: Host,
    private readonly storage: VisitorStorage,
  ) {
    this.first.set(JSON.parse(storage.getItem(FIRST_KEY) ?? '[]') as string[]);
    host.state.subscribe(() => this.hostChanged());
    storage.onOtherTab((key) => this.otherTab(key));
    this.hostChanged();
  }

  /** Whether the visitor has written before, so that there is something to load. */
  get isReturning(): boolean {
    return this.storage.isKept;
  }

  /** It is in the browser's storage before anything can fail. */
  send(content: string): void {
    this.storage.keep();
    if (this.visitor) this.storage.setItem(VISITOR_KEY, JSON.stringify(this.visitor));
    this.host.send({ type: 'stored', stored: this.storage.isKept });
    const client = this.client.get();
    if (client) void client.send(content);
    else this.setFirst([...this.first.get(), content]);
    this.connect();
  }

  /** Forgets the visitor, here and in the browser's storage. */
  reset(): void {
    this.drop();
    this.storage.erase();
    this.first.set([]);
    this.onForgotten();
    this.host.send({ type: 'stored', stored: false });
    this.hostChanged();
  }

  /** What the site says of the visitor has changed, or the panel is wanted. */
  private hostChanged(): void {
    const { identity, open, page } = this.host.state.get();
    if (identity !== this.identity) {
      this.identity = identity;
      this.drop();
    }
    const known = identity > 0 ? this.storage.isKept : recallVisitor(this.storage) !== null;
    if (open || known || this.first.get().length > 0) this.connect();
    this.visit(page);
  }

  private connect(): void {
    if (this.status.get() !== 'nobody') return;
    this.status.set('connecting');
    void (this.identity > 0 ? this.connectKnown() : this.connectAnonymous());
  }

  /** The site tells it with everything that changes; the agent is told of what is another page. */
  private visit(page: HostState['page']): void {
    const client = this.client.get();
    const visited = JSON.stringify(page);
    if (!client || !page || visited === this.visited) return;
    this.visited = visited;
    client.visitPage(page);
  }

  private async connectKnown(): Promise<void> {
    const { turn } = this;
    const token = await this.host.token();
    if (turn !== this.turn) return;
    const userId = subjectOf(token);
    if (!userId) return this.status.set('rejected');
    // The one that is here will do for the first connection; later ones ask again.
    let fresh: string | undefined = token;
    this.use(userId, () => {
      const given = fresh;
      fresh = undefined;
      return given ?? this.host.token();
    });
  }

  private async connectAnonymous(): Promise<void> {
    const { turn } = this;
    for (let wait = RETRY; ; wait = Math.min(wait * 2, LONGEST_RETRY)) {
      const recalled = recallVisitor(this.storage);
      const visitor = recalled ?? (await makeVisitor().catch(() => undefined));
      if (turn !== this.turn) return;
      if (visitor) {
        this.visitor = visitor;
        this.wasTaken = recalled !== null;
        if (this.storage.isKept) this.storage.setItem(VISITOR_KEY, JSON.stringify(visitor));
        return this.use(visitor.userId, visitor.token);
      }
      this.status.set('unreachable');
      await onlineOr(wait);
      if (turn !== this.turn) return;
    }
  }

  private use(userId: string, token: string | (() => string | Promise<string>)): void {
    const client = connectUser({ url: location.origin, userId, token, storage: this.storage });
    for (const content of this.first.get()) void client.send(content);
    this.setFirst([]);
    this.client.set(client);
    this.status.set('connected');
    this.visited = '';
    this.visit(this.host.state.get().page);
    client.connection.subscribe(() => this.connectionChanged(client));
  }

  /**
   * An identity from an earlier visit that the server takes no more is worth nothing: the visitor gets
   * a new one, and what they have not sent yet goes out with it.
   */
  private connectionChanged(client: UserClient): void {
    const { status, error } = client.connection.get();
    if (client !== this.client.get()) return;
    if (status === 'connected') this.wasTaken = true;
    const isOver = status === 'refused' && error?.code === 'unauthorized';
    if (!isOver || !this.wasTaken || this.identity > 0) return;
    const entries = client.current.get()?.get().entries ?? [];
    const unsent = entries.filter(({ state }) => state === 'sending');
    this.setFirst(unsent.map(({ content }) => content));
    this.storage.removeItem(VISITOR_KEY);
    client.forget();
    this.drop();
    this.hostChanged();
  }

  /** Another tab of this browser has made a visitor of us, or forgotten us. */
  private otherTab(key: string | undefined): void {
    if (key === undefined) this.reset();
    else if (key === VISITOR_KEY && this.identity === 0) {
      const visitor = recallVisitor(this.storage);
      if (!visitor || visitor.userId === this.visitor?.userId) return;
      this.drop();
      this.hostChanged();
    }
  }

  private drop(): void {
    this.turn++;
    this.visitor = null;
    this.wasTaken = false;
    this.status.set('nobody');
    const client = this.client.get();
    this.client.set(null);
    client?.close();
  }

  private setFirst(texts: readonly string[]): void {
    this.first.set(texts);
    if (texts.length > 0) this.storage.setItem(FIRST_KEY, JSON.stringify(texts));
    else this.storage.removeItem(FIRST_KEY);
  }
}

/** Waits, unless the network comes back before. */
function onlineOr(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    window.addEventListener('online', done);
  });
}
