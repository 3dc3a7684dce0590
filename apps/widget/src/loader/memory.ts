/**
 * What the loader remembers in the site's own storage, and only of visitors who have written: that
 * there is a chat (so that unread messages can be counted without a click), and whether the panel was
 * open in this tab. Storage may be forbidden; then nothing is remembered.
 */
const KEY = 'chat-server';

/** @param yes what it is from now on; left out, nothing changes */
export function remembers(store: 'localStorage' | 'sessionStorage', yes?: boolean): boolean {
  try {
    if (yes) window[store].setItem(KEY, '1');
    if (yes === false) window[store].removeItem(KEY);
    return window[store].getItem(KEY) !== null;
  } catch {
    return false;
  }
}
