/** Addresses in what people write. */

export interface Part {
  text: string;
  /** Null: plain text. */
  href: string | null;
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`\p{Cc}\p{Cf}]+/giu;

/** What ends a sentence rather than an address, unless the bracket was opened in it. */
const TRAILING = /[.,:;!?'"*_~\])}»”’]$/u;

const brackets: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** The text in its order, cut where addresses begin and end. */
export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = trim(found);
    if (!isAddress(address)) continue;
    if (index > from) parts.push({ text: text.slice(from, index), href: null });
    parts.push({ text: address, href: address });
    from = index + address.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), href: null });
  return parts;
}

function trim(found: string): string {
  let address = found;
  while (TRAILING.test(address)) {
    const open = brackets[address.at(-1) as string];
    if (open && count(address, open) >= count(address, address.at(-1) as string)) break;
    address = address.slice(0, -1);
  }
  return address;
}

const count = (text: string, letter: string) => text.split(letter).length - 1;

/** With a host, and without a name in front of it that could pass for one. */
function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { hostname, username, password } = new URL(text);
  return hostname !== '' && username === '' && password === '';
}
