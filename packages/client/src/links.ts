/**
 * Addresses in what people write, for pages that show it. The text may be as long as a message and made
 * to be slow: everything here looks at each letter a bounded number of times.
 */

export interface Part {
  text: string;
  /** Null: plain text. */
  href: string | null;
}

/** Mail addresses too; their lengths are those of RFC 5321, so that no letter is tried again and again. */
const ADDRESS =
  /\b(?:https?:\/\/|mailto:)[^\s<>"'`\p{Cc}\p{Cf}]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+\b/giu;
const SCHEME = /^(?:https?:\/\/|mailto:)/i;

/** In characters; what is longer is left as text. */
const LONGEST = 2048;

/** What ends a sentence rather than an address, unless the bracket was opened in it. */
const TRAILING = '.,:;!?…\'"*_~])}»”’';
const OPENING: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** The text in its order, cut where addresses begin and end. */
export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = trim(found);
    const href = hrefOf(address);
    if (href === null) continue;
    if (index > from) parts.push({ text: text.slice(from, index), href: null });
    parts.push({ text: address, href });
    from = index + address.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), href: null });
  return parts;
}

function trim(found: string): string {
  const counts: Record<string, number> = {};
  for (const letter of found) counts[letter] = (counts[letter] ?? 0) + 1;
  let end = found.length;
  for (; end > 0; end--) {
    const last = found[end - 1] as string;
    const open = OPENING[last];
    const closes = counts[last] ?? 0;
    if (!TRAILING.includes(last) || (open && (counts[open] ?? 0) >= closes)) break;
    counts[last] = closes - 1;
  }
  return found.slice(0, end);
}

/** Null for what has no host, or a name in front of it that could pass for one. */
function hrefOf(address: string): string | null {
  if (address.length > LONGEST || !/[@:]/.test(address)) return null;
  const href = SCHEME.test(address) ? address : `mailto:${address}`;
  if (!URL.canParse(href)) return null;
  const { protocol, hostname, username, password } = new URL(href);
  if (protocol === 'mailto:') return href;
  return hostname !== '' && username === '' && password === '' ? href : null;
}
