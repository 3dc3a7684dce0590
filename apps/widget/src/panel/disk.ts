/**
 * The place in the browser: `localStorage`, or where the browser keeps it from frames of other sites,
 * cookies of this site in that one (`Partitioned`), which it allows. Those are read by the panel alone
 * and sent to no address but its own. They hold little: a long message that waits is kept by its tab.
 */
import type { ClientStorage } from '@chat-server/client';

export interface Disk extends ClientStorage {
  keys(): string[];
}

/** Browsers allow 400 days; the server's own limit is shorter. In seconds. */
const YEAR = 34_560_000;
const ATTRIBUTES = '; Path=/widget; Secure; SameSite=None; Partitioned; Max-Age=';

export function openDisk(): Disk {
  try {
    const { localStorage } = window;
    return {
      getItem: (key) => localStorage.getItem(key),
      setItem: (key, value) => localStorage.setItem(key, value),
      removeItem: (key) => localStorage.removeItem(key),
      keys: () => Object.keys(localStorage),
    };
  } catch {
    return cookieDisk();
  }
}

function cookieDisk(): Disk {
  const all = () =>
    document.cookie.split('; ').map((cookie) => cookie.split('=').map(decodeURIComponent));
  const getItem = (key: string) => all().find(([name]) => name === key)?.[1] ?? null;
  const write = (key: string, value: string, seconds: number) => {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere yet
    document.cookie = `${encodeURIComponent(key)}=${encodeURIComponent(value)}${ATTRIBUTES}${seconds}`;
    channel.postMessage(key);
  };
  // Other tabs learn of it as they would with `localStorage`.
  const channel = new BroadcastChannel('chat-server');
  channel.onmessage = ({ data: key }) => window.dispatchEvent(new StorageEvent('storage', { key }));
  return {
    getItem,
    setItem(key, value) {
      write(key, value, YEAR);
      if (getItem(key) !== value) throw new Error('There is no place for it.');
    },
    removeItem: (key) => write(key, '', 0),
    keys: () => all().map(([name = '']) => name),
  };
}
