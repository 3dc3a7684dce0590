/** A `ChatStore` that runs in a thread of its own; this side only carries the calls there. */
import { Worker } from 'node:worker_threads';
import type { Command, Outcome } from '../timeline/commands.js';
import type { AccountStore } from './AccountStore.js';
import { type ChatStore, StoreUnavailable } from './ChatStore.js';
import { type PackedOutcome, packCommands, unpackOutcomes } from './codec.js';
import type { OversightStore } from './OversightStore.js';
import type { PostgresOptions } from './postgres.js';
import { OPENING, revive, type StoreCall, type StoreResult, type Stores } from './protocol.js';
import type { TimelineLog } from './TimelineLog.js';

/** Calls that may wait for the thread; a disk that hangs must not fill the memory with them. */
const PENDING_LIMIT = 10_000;

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export interface ThreadOptions {
  /** The module that runs in the thread; it calls `serveStore`. */
  thread: URL;
  /** What `thread` is to open: a data directory, or a PostgreSQL database. */
  dataDir: string;
  postgres?: PostgresOptions | undefined;
  /** Called once when the database can be trusted no more: the process has to end. */
  onFatal(error: Error): void;
}

export class ThreadedChatStore implements ChatStore {
  private readonly pending = new Map<number, Pending>();
  private lastCallId = OPENING;
  private gone: StoreUnavailable | undefined;
  private closing = false;
  /** Calls of this turn of the event loop: each message to the thread wakes it, which costs more. */
  private outbox: StoreCall[] = [];

  private constructor(
    private readonly worker: Worker,
    private readonly onFatal: (error: Error) => void,
  ) {
    worker.on('message', (results: StoreResult[]) => {
      for (const result of results) this.settle(result);
    });
    worker.on('error', (error) => this.lose(error));
    worker.on('exit', () => this.lose(new Error('The thread of the database has ended.')));
  }

  /** @throws StoreUnavailable with a sentence for the operator when the data cannot be opened. */
  static async open(options: ThreadOptions): Promise<ThreadedChatStore> {
    const { thread, dataDir, postgres, onFatal } = options;
    const worker = new Worker(thread, { workerData: postgres ?? { dataDir } });
    const store = new ThreadedChatStore(worker, onFatal);
    const opening = new Promise((resolve, reject) => {
      store.pending.set(OPENING, { resolve, reject });
    });
    try {
      await opening;
    } catch (error) {
      await worker.terminate(); // With it goes whatever it holds of the data.
      throw error;
    }
    return store;
  }

  readonly getMessages = this.remote('getMessages');
  readonly getUnassignedChats = this.remote('getUnassignedChats');
  readonly getChats = this.remote('getChats');
  readonly getChat = this.remote('getChat');
  readonly getOpenChats = this.remote('getOpenChats');
  readonly getOverview = this.remote('getOverview');

  /** The accounts, which live in the same database and so in the same thread. */
  readonly accounts: AccountStore = {
    hasAccounts: () => this.call('accounts', 'hasAccounts', []),
    putAccount: (account, kept) => this.call('accounts', 'putAccount', [account, kept]),
    getAccount: (adminId) => this.call('accounts', 'getAccount', [adminId]),
    getAccounts: () => this.call('accounts', 'getAccounts', []),
    removeAccount: (adminId) => this.call('accounts', 'removeAccount', [adminId]),
    addSignIn: (signIn) => this.call('accounts', 'addSignIn', [signIn]),
    getSignIn: (sessionId) => this.call('accounts', 'getSignIn', [sessionId]),
    inForce: (sessionIds) => this.call('accounts', 'inForce', [sessionIds]),
    endSignIn: (sessionId) => this.call('accounts', 'endSignIn', [sessionId]),
    endSignInsOf: (adminId) => this.call('accounts', 'endSignInsOf', [adminId]),
  };

  /** The timelines as a log, where several nodes share the database. */
  readonly timelines: TimelineLog = {
    arrive: (actor) => this.call('timelines', 'arrive', [actor]),
    news: () => this.call('timelines', 'news', []),
    read: (queries) => this.call('timelines', 'read', [queries]),
  };

  /** The same for what concerns people and access. */
  readonly oversight: OversightStore = {
    revoke: (revocation) => this.call('oversight', 'revoke', [revocation]),
    isRevoked: (...args) => this.call('oversight', 'isRevoked', args),
    revokedSince: (time) => this.call('oversight', 'revokedSince', [time]),
    addAudit: (entries) => this.call('oversight', 'addAudit', [entries]),
    getAudit: (...args) => this.call('oversight', 'getAudit', args),
    exportUser: (...args) => this.call('oversight', 'exportUser', args),
    eraseUser: (...args) => this.call('oversight', 'eraseUser', args),
    deleteEndedBefore: (time) => this.call('oversight', 'deleteEndedBefore', [time]),
    scrub: () => this.call('oversight', 'scrub', []),
  };

  async append(commands: Command[]): Promise<Outcome[]> {
    const packed = this.call<PackedOutcome[]>('chats', 'append', [packCommands(commands)]);
    this.post(); // Many wait for it, and this turn may have much to do yet.
    return unpackOutcomes(await packed, commands);
  }

  async close(): Promise<void> {
    if (this.gone) return;
    this.closing = true; // The end of the thread can come in the same turn as its answer.
    await this.call('chats', 'close', []);
    this.gone = new StoreUnavailable('The store is closed.');
    await this.worker.terminate();
  }

  private remote<M extends keyof ChatStore>(method: M): ChatStore[M] {
    const call = (...args: unknown[]) => this.call('chats', method, args);
    return call as ChatStore[M];
  }

  private call<T>(store: keyof Stores, method: string, args: unknown[]): Promise<T> {
    if (this.gone) return Promise.reject(this.gone);
    if (this.pending.size >= PENDING_LIMIT && !this.closing) {
      return Promise.reject(new StoreUnavailable('Too much waits for the database.'));
    }
    const callId = ++this.lastCallId;
    return new Promise<T>((resolve, reject) => {
      this.pending.set(callId, { resolve: resolve as (value: unknown) => void, reject });
      if (this.outbox.length === 0) setImmediate(() => this.post());
      this.outbox.push({ callId, store, method, args });
    });
  }

  private post(): void {
    if (this.outbox.length === 0) return;
    this.worker.postMessage(this.outbox);
    this.outbox = [];
  }

  private settle(result: StoreResult): void {
    const pending = this.pending.get(result.callId);
    this.pending.delete(result.callId);
    if (!('failure' in result)) {
      pending?.resolve(result.value);
      return;
    }
    const error = revive(result.failure);
    pending?.reject(error);
    if (result.callId === OPENING) this.gone = new StoreUnavailable(error.message, true);
    else if (error instanceof StoreUnavailable && error.fatal) this.lose(error);
  }

  /** From here on nothing can be kept: whoever waits is told, and the process is asked to end. */
  private lose(error: Error): void {
    if (this.gone) return;
    this.gone = new StoreUnavailable(error.message, true);
    const opening = this.pending.has(OPENING);
    for (const pending of this.pending.values()) pending.reject(this.gone);
    this.pending.clear();
    if (!opening && !this.closing) this.onFatal(error);
  }
}
