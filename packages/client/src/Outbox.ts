/**
 * What a person has written and the server has not yet kept. It is in the caller's storage before
 * anything is sent, under a key of its server and identity, and there until it is in the timeline or
 * the person gives it up. Several pages may share a storage: each sends what it finds there, and the
 * one `clientMessageId` makes one message of it.
 */
import { onPageEvents } from './page.js';
import { Listeners, type Readable } from './readable.js';
import { pause } from './timing.js';
import type { WireError } from './wire.js';

/** `localStorage` fits. */
export interface ClientStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** A message on its way. */
export interface Outgoing {
  clientMessageId: string;
  content: string;
  /** ISO 8601, by the clock of this machine. */
  createdAt: string;
  /** Sent: by another page, and not yet in the timeline here. */
  state: 'sending' | 'sent' | 'failed';
  /** Why it has failed. */
  error?: WireError;
}

/** Milliseconds in which what another page has sent comes here too, where there is a connection. */
const LEAVING = 5000;

export interface OutboxEntry extends Outgoing {
  /** Null until there is a chat for it. */
  chatId: string | null;
}

/** Clients of one page that share a storage tell each other; browsers tell other pages. */
const sharers = new WeakMap<ClientStorage, Set<(key: string) => void>>();

export class Outbox implements Readable<readonly OutboxEntry[]> {
  private list: readonly OutboxEntry[] = [];
  /** Written here: they are kept in memory until they are known to be sent, whatever the storage says. */
  private readonly own = new Set<string>();
  /** The storage refused the last change, so the list in memory is ahead of it. */
  private ahead = false;
  /** Of those, what was missing in the storage and has been written again, once. */
  private readonly mended = new Set<string>();
  /** Sent or given up: what another page still has in the storage is not taken up again. */
  private readonly over = new Set<string>();
  /** Sent by another page: shown until it is in the timeline here, but no longer than it should take. */
  private readonly leaving = new Map<string, OutboxEntry>();
  /** When another page's came to be known here, in milliseconds since 1970. */
  private readonly foreign = new Map<string, number>();
  private readonly listeners = new Listeners();
  private readonly sharing: Set<(key: string) => void> | undefined;
  private ignorePage: (() => void) | undefined;
  private readonly onSharer = (key: string) => {
    if (key === this.key) this.read();
  };

  /** @param key names the server and the identity */
  constructor(
    private readonly storage: ClientStorage | undefined,
    private readonly key: string,
  ) {
    if (!storage) return;
    this.sharing = sharers.get(storage) ?? new Set();
    sharers.set(storage, this.sharing);
    this.sharing.add(this.onSharer);
    this.ignorePage = onPageEvents({
      storage: ({ key: changed }) => {
        if (changed === key || changed === null) this.read();
      },
    });
    this.list = this.stored();
  }

  get(): readonly OutboxEntry[] {
    return this.list;
  }

  subscribe(onChange: () => void): () => void {
    return this.listeners.add(onChange);
  }

  of(chatId: string | null): readonly OutboxEntry[] {
    return this.list.filter((entry) => entry.chatId === chatId);
  }

  /** What a chat shows below its timeline. */
  shownIn(chatId: string | null): readonly OutboxEntry[] {
    return [...this.leaving.values(), ...this.list].filter((entry) => entry.chatId === chatId);
  }

  /** Several pages may add the same one: it is there once, and no more after it was sent. */
  add(chatId: string | null, content: string, clientMessageId: string): void {
    if (this.over.has(clientMessageId)) return;
    const createdAt = new Date().toISOString();
    this.own.add(clientMessageId);
    this.write((list) =>
      list.some((entry) => entry.clientMessageId === clientMessageId)
        ? list
        : [...list, { clientMessageId, chatId, content, createdAt, state: 'sending' }],
    );
  }

  /** When another page wrote it while this one was there: when that was noticed, else 0. */
  foreignSince(clientMessageId: string): number {
    return this.foreign.get(clientMessageId) ?? 0;
  }

  /** It has been refused. */
  fail(clientMessageId: string, error: WireError): void {
    this.change(clientMessageId, (entry) => ({ ...entry, state: 'failed', error }));
  }

  /** Tries again, behind everything that was written since. @param chatId where it goes now */
  retry(clientMessageId: string, chatId: string | null): void {
    this.write((list) => {
      const found = list.find((entry) => entry.clientMessageId === clientMessageId);
      if (!found) return list;
      const { error: _error, ...entry } = found;
      const others = list.filter((one) => one !== found);
      return [...others, { ...entry, chatId, state: 'sending' }];
    });
  }

  /** Gives a chat to those that wait for one. */
  bind(chatId: string): void {
    const bound = (entry: OutboxEntry) => (entry.chatId ? entry : { ...entry, chatId });
    for (const [id, entry] of this.leaving) this.leaving.set(id, bound(entry));
    if (this.of(null).length > 0) this.write((list) => list.map(bound));
  }

  /** It is in the timeline, or given up. */
  remove(clientMessageId: string): void {
    this.own.delete(clientMessageId);
    this.foreign.delete(clientMessageId);
    this.over.add(clientMessageId);
    this.leaving.delete(clientMessageId);
    if (!this.list.some((entry) => entry.clientMessageId === clientMessageId)) return;
    this.write((list) => list.filter((entry) => entry.clientMessageId !== clientMessageId));
  }

  /** Forgets everything, here and in the storage. */
  clear(): void {
    this.leaving.clear();
    for (const { clientMessageId } of this.list) this.remove(clientMessageId);
  }

  close(): void {
    this.sharing?.delete(this.onSharer);
    this.ignorePage?.();
  }

  /** Takes up what other pages have changed. */
  read(): void {
    const before = this.list;
    this.take();
    this.mend();
    if (!same(before, this.list)) this.listeners.call();
  }

  private take(): void {
    const before = new Map(this.list.map((entry) => [entry.clientMessageId, entry]));
    this.list = this.merged();
    for (const { clientMessageId } of this.list) {
      this.leaving.delete(clientMessageId);
      if (!before.delete(clientMessageId)) this.foreign.set(clientMessageId, Date.now());
    }
    for (const [clientMessageId, entry] of before) {
      if (entry.state === 'sending' && !this.over.has(clientMessageId)) this.leave(entry);
    }
  }

  private leave(entry: OutboxEntry): void {
    this.leaving.set(entry.clientMessageId, { ...entry, state: 'sent' });
    // It may have been given up, or be in a part of the timeline that is not read here.
    void pause(LEAVING).then(() => {
      if (this.leaving.delete(entry.clientMessageId)) this.listeners.call();
    });
  }

  /** Two pages that write at once lose one of the two lists; what was written here is put back. */
  private mend(): void {
    const stored = new Set(this.stored().map((entry) => entry.clientMessageId));
    const lost = this.list.filter(
      ({ clientMessageId }) => !stored.has(clientMessageId) && !this.mended.has(clientMessageId),
    );
    if (lost.length === 0) return;
    for (const { clientMessageId } of lost) this.mended.add(clientMessageId);
    this.store();
  }

  private change(clientMessageId: string, to: (entry: OutboxEntry) => OutboxEntry): void {
    this.write((list) =>
      list.map((entry) => (entry.clientMessageId === clientMessageId ? to(entry) : entry)),
    );
  }

  private write(change: (list: readonly OutboxEntry[]) => readonly OutboxEntry[]): void {
    this.take();
    this.list = change(this.list);
    this.store();
    this.listeners.call();
    for (const tell of this.sharing ?? []) if (tell !== this.onSharer) tell(this.key);
  }

  /** What the storage has, and what was written here and is missing there. */
  private merged(): readonly OutboxEntry[] {
    if (!this.storage) return this.list;
    const stored = this.stored();
    if (this.ahead) {
      const here = new Set(this.list.map((entry) => entry.clientMessageId));
      return [...stored.filter((entry) => !here.has(entry.clientMessageId)), ...this.list];
    }
    const known = new Set(stored.map((entry) => entry.clientMessageId));
    const kept = this.list.filter(
      ({ clientMessageId, state }) =>
        !known.has(clientMessageId) && this.own.has(clientMessageId) && state === 'sending',
    );
    return [...stored, ...kept];
  }

  private store(): void {
    try {
      if (this.list.length > 0) this.storage?.setItem(this.key, JSON.stringify(this.list));
      else this.storage?.removeItem(this.key);
      this.ahead = false;
    } catch {
      // Full or forbidden: the list in memory still has everything.
      this.ahead = true;
    }
  }

  private stored(): OutboxEntry[] {
    try {
      const list: unknown = JSON.parse(this.storage?.getItem(this.key) ?? '[]');
      if (!Array.isArray(list)) return [];
      return list.filter(isEntry).filter((entry) => !this.over.has(entry.clientMessageId));
    } catch {
      return [];
    }
  }
}

function isEntry(value: unknown): value is OutboxEntry {
  const { clientMessageId, chatId, content, createdAt, state } = (value ?? {}) as OutboxEntry;
  return (
    typeof clientMessageId === 'string' &&
    typeof content === 'string' &&
    typeof createdAt === 'string' &&
    (chatId === null || typeof chatId === 'string') &&
    (state === 'sending' || state === 'failed')
  );
}

function same(one: readonly OutboxEntry[], other: readonly OutboxEntry[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** 128 random bits; `crypto.randomUUID` is missing on pages without HTTPS. */
export function newClientMessageId(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
