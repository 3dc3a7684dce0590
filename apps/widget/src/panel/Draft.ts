/** What the visitor is writing. It survives closing the panel, and a new page once they have a chat. */
import { Cell } from './Cell.js';
import { type VisitorStorage, WIDGET } from './storage.js';

export class Draft {
  readonly text = new Cell('');
  private userId = '';

  constructor(private readonly storage: VisitorStorage) {}

  set(text: string): void {
    this.text.set(text);
    if (!this.storage.isKept || !this.userId) return;
    if (text) this.storage.setItem(this.key, text);
    else this.storage.removeItem(this.key);
  }

  /** Where the visitor has typed nothing. */
  prefill(text: string): void {
    if (!this.text.get()) this.set(text);
  }

  /** Each visitor has a draft of their own: on one machine one may sign out and another in. */
  belongTo(userId: string): void {
    if (userId === this.userId) return;
    const isAnother = this.userId !== '';
    this.userId = userId;
    if (isAnother || !this.text.get()) this.text.set(this.storage.getItem(this.key) ?? '');
  }

  /** After the storage was erased. */
  reset(): void {
    this.text.set('');
    this.userId = '';
  }

  private get key(): string {
    return `${WIDGET}draft ${this.userId}`;
  }
}
