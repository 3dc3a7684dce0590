/**
 * What the browser keeps of a visitor: nothing at all until they send their first message. Until then
 * everything lives in memory, in the same form. Browsers keep a frame's storage apart by the site that
 * shows it, so two sites with one chat server share no visitor.
 */
import { type Disk, openDisk } from './disk.js';

/** Of the widget's own keys. */
export const WIDGET = 'chat-server.widget:';
const KEPT = `${WIDGET}kept`;
/** The widget's keys, and those of the SDK's outbox for users. */
const OURS = /^chat-server\.(widget:|outbox \S+ user )/;

export class VisitorStorage implements Disk {
  private readonly memory = new Map<string, string>();
  private readonly disk: Disk = openDisk();
  private kept = this.disk.getItem(KEPT) !== null;

  get isKept(): boolean {
    return this.kept;
  }

  getItem(key: string): string | null {
    return this.kept ? this.disk.getItem(key) : (this.memory.get(key) ?? null);
  }

  /** @throws when the browser has no place for it. */
  setItem(key: string, value: string): void {
    if (this.kept) this.disk.setItem(key, value);
    else this.memory.set(key, value);
  }

  removeItem(key: string): void {
    this.memory.delete(key);
    if (this.kept) this.disk.removeItem(key);
  }

  /** From now on the browser keeps it, if it will: the visitor has written. */
  keep(): void {
    if (this.kept) return;
    try {
      this.disk.setItem(KEPT, '1');
      for (const [key, value] of this.memory) this.disk.setItem(key, value);
    } catch {
      return; // Forbidden, or full: the tab remembers, as long as it is there.
    }
    this.kept = true;
    this.memory.clear();
  }

  keys(): string[] {
    return this.kept ? this.disk.keys() : [...this.memory.keys()];
  }

  /** Erases all of it. */
  erase(): void {
    this.memory.clear();
    this.kept = false;
    for (const key of this.disk.keys()) if (OURS.test(key)) this.disk.removeItem(key);
  }

  /** Another tab has changed the value; undefined when it has erased everything. */
  onOtherTab(listener: (key: string | undefined) => void): void {
    window.addEventListener('storage', ({ key }) => {
      if (key === KEPT || key === null) {
        this.kept = this.disk.getItem(KEPT) !== null;
        if (!this.kept) listener(undefined);
      } else if (OURS.test(key)) listener(key);
    });
  }
}
