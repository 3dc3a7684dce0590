/**
 * What was written before there was an identity to send it with. Each text has a key and an id of its
 * own: so no tab overwrites another's, and one message comes of it, whichever of them sends it.
 */
import type { Outgoing } from '@chat-server/client';
import { Cell } from './Cell.js';
import { type VisitorStorage, WIDGET } from './storage.js';

const PREFIX = `${WIDGET}first `;

export class First {
  /** Oldest first. */
  readonly texts = new Cell<readonly Outgoing[]>([]);
  /** What the browser has no place for: the tab remembers it, as long as it is there. */
  private readonly unkept = new Map<string, Outgoing>();

  constructor(private readonly storage: VisitorStorage) {
    this.read();
  }

  isKey(key: string): boolean {
    return key.startsWith(PREFIX);
  }

  add(entry: Outgoing): void {
    const key = PREFIX + entry.clientMessageId;
    try {
      this.storage.setItem(key, JSON.stringify(entry));
    } catch {
      this.unkept.set(key, entry);
    }
    this.read();
  }

  /** It has been given to the outbox, or was there already. */
  remove(clientMessageId: string): void {
    const key = PREFIX + clientMessageId;
    this.unkept.delete(key);
    this.storage.removeItem(key);
    this.read();
  }

  /** After the storage was erased. */
  forget(): void {
    this.unkept.clear();
    this.read();
  }

  /** Takes up what other tabs have changed. */
  read(): void {
    const keys = this.storage.keys().filter((key) => this.isKey(key));
    const kept = keys.map((key) => JSON.parse(this.storage.getItem(key) ?? '') as Outgoing);
    const all = [...kept, ...this.unkept.values()];
    this.texts.set(all.sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1)));
  }
}
