/**
 * What the loader remembers in the site's own storage, and only of visitors who have written: that
 * there is a chat (so that unread messages can be counted without a click), and whether the panel was
 * open in this tab. Storage may be forbidden; then nothing is remembered.
 */
const KEY = 'chat-server';

type Store = 'localStorage' | 'sessionStorage';

export function recall(store: Store): boolean {
  try {
    return window[store].getItem(KEY) !== null;
  } catch {
    return false;
  }
}

export function remember(store: Store, yes: boolean): void {
  try {
    if (yes) window[store].setItem(KEY, '1');
    else window[store].removeItem(KEY);
  } catch {
    // Forbidden, or full: the visitor clicks instead.
  }
}
