/**
 * What the browser keeps of a visitor: nothing at all until they send their first message. Until then
 * everything lives in memory, in the same form. Browsers keep a frame's storage apart by the site that
 * shows it, so two sites with one chat server share no visitor.
 */
import type { ClientStorage } from '@chat-server/client';

/** Of the widget's own keys. */
export const WIDGET = 'chat-server.widget:';
const KEPT = `${WIDGET}kept`;
/** The widget's keys, and those of the SDK's outbox for users. */
const OURS = /^chat-server\.(widget:|outbox \S+ user )/;

export class VisitorStorage implements ClientStorage {
  private readonly memory = new Map<string, string>();
  /** Null where the browser forbids storage: then the tab remembers, as long as it is there. */
  private readonly disk = openDisk();
  private kept = this.disk?.getItem(KEPT) != null;

  get isKept(): boolean {
    return this.kept;
  }

  getItem(key: string): string | null {
    if (this.kept && this.disk) return this.disk.getItem(key);
    return this.memory.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    if (this.kept && this.disk) this.disk.setItem(key, value);
    else this.memory.set(key, value);
  }

  removeItem(key: string): void {
    this.memory.delete(key);
    this.disk?.removeItem(key);
  }

  /** From now on the browser keeps it: the visitor has written. */
  keep(): void {
    if (this.kept || !this.disk) return;
    try {
      this.disk.setItem(KEPT, '1');
      for (const [key, value] of this.memory) this.disk.setItem(key, value);
    } catch {
      return; // Full.
    }
    this.kept = true;
    this.memory.clear();
  }

  /** Erases all of it. */
  erase(): void {
    this.memory.clear();
    this.kept = false;
    const { disk } = this;
    if (!disk) return;
    const keys = Array.from({ length: disk.length }, (_, at) => disk.key(at) ?? '');
    for (const key of keys) if (OURS.test(key)) disk.removeItem(key);
  }

  /** Another tab has changed the value; undefined when it has erased everything. */
  onOtherTab(listener: (key: string | undefined) => void): void {
    window.addEventListener('storage', ({ key, newValue }) => {
      if (key === KEPT || key === null) {
        this.kept = newValue !== null;
        if (!this.kept) listener(undefined);
      } else if (OURS.test(key)) listener(key);
    });
  }
}

function openDisk(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
