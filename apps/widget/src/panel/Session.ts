/**
 * The visitor and their connection. There is none until the panel is opened, or the visitor has a chat
 * from before; and nothing is kept in the browser until they send.
 */
import { connectUser, newClientMessageId, type UserClient } from '@chat-server/client';
import type { HostState } from '../protocol.js';
import { Cell } from './Cell.js';
import { First } from './First.js';
import type { Host } from './Host.js';
import type { VisitorStorage } from './storage.js';
import {
  findVisitor,
  recallVisitor,
  shareVisitor,
  subjectOf,
  VISITOR_KEY,
  type Visitor,
} from './visitor.js';

/** Between tries to be given an identity, in milliseconds; it doubles up to the longest. */
const RETRY = 1000;
const LONGEST_RETRY = 30_000;

/** `nobody`: not connected yet; `unreachable`: no identity to be had, tried again; `rejected`: the site's token is none. */
export type SessionStatus = 'nobody' | 'connecting' | 'unreachable' | 'rejected' | 'connected';

export class Session {
  readonly client = new Cell<UserClient | null>(null);
  readonly status = new Cell<SessionStatus>('nobody');
  /** Sent, and waiting for an identity. */
  readonly first: First;
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
    this.first = new First(storage);
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
    this.host.send({ type: 'stored', stored: this.storage.isKept });
    if (this.visitor) this.become(shareVisitor(this.storage, this.visitor));
    const client = this.client.get();
    if (client) void client.send(content);
    else {
      const createdAt = new Date().toISOString();
      const clientMessageId = newClientMessageId();
      this.first.add({ clientMessageId, content, createdAt, state: 'sending' });
    }
    this.connect();
  }

  /** Forgets the visitor, here and in the browser's storage. */
  reset(): void {
    this.drop();
    this.storage.erase();
    this.first.forget();
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
    if (open || known || this.first.texts.get().length > 0) this.connect();
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
      const visitor = recalled ?? (await findVisitor(this.storage));
      if (turn !== this.turn) return;
      if (visitor) {
        this.visitor = visitor;
        this.wasTaken = recalled !== null;
        return this.use(visitor.userId, visitor.token);
      }
      this.status.set('unreachable');
      await onlineOr(wait);
      if (turn !== this.turn) return;
    }
  }

  private use(userId: string, token: string | (() => string | Promise<string>)): void {
    const client = connectUser({ url: location.origin, userId, token, storage: this.storage });
    this.sendFirst(client);
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
    for (const entry of entries) {
      if (!('seq' in entry) && entry.state === 'sending') this.first.add(entry);
    }
    // Another tab may have a new one by now.
    if (recallVisitor(this.storage)?.userId === client.selfId) this.storage.removeItem(VISITOR_KEY);
    client.forget();
    this.drop();
    this.hostChanged();
  }

  /** Another tab of this browser has made a visitor of us, or forgotten us. */
  private otherTab(key: string | undefined): void {
    if (key === undefined) {
      this.reset();
      return;
    }
    const isFirst = this.first.isKey(key);
    if (isFirst) this.first.read();
    if (this.identity > 0 || !(isFirst || key === VISITOR_KEY)) return;
    const visitor = recallVisitor(this.storage);
    // What waits is for the visitor of all tabs, who may be about to be made.
    if (visitor || this.first.texts.get().length > 0) this.become(visitor);
    const client = this.client.get();
    if (client) this.sendFirst(client);
    this.hostChanged();
  }

  private sendFirst(client: UserClient): void {
    for (const { clientMessageId, content } of this.first.texts.get()) {
      void client.send(content, clientMessageId);
      this.first.remove(clientMessageId);
    }
  }

  /** All tabs have one visitor: who is somebody else here is dropped. */
  private become(visitor: Visitor | null): void {
    if (visitor?.userId !== this.visitor?.userId) this.drop();
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
