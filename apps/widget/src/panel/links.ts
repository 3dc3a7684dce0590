/** Finds links in a text. Only what begins with http, https or mailto becomes one, and addresses. */

export type Piece = string | { href: string; text: string };

const LINK = /\bhttps?:\/\/[^\s<>"'`]+|\bmailto:[^\s<>"'`]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/gi;
/** Closes a sentence, not an address. */
const TAIL = /[.,:;!?…*_~\])}»”’]+$/;

export function findLinks(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(LINK)) {
    const found = trimmed(match[0]);
    const href = /^(https?|mailto):/i.test(found) ? found : `mailto:${found}`;
    if (!URL.canParse(href)) continue;
    if (match.index > at) pieces.push(text.slice(at, match.index));
    pieces.push({ href, text: found });
    at = match.index + found.length;
  }
  if (at < text.length) pieces.push(text.slice(at));
  return pieces;
}

/** A bracket that the address itself has opened belongs to it. */
function trimmed(found: string): string {
  const short = found.replace(TAIL, '');
  const next = found[short.length];
  const opens = short.split('(').length > short.split(')').length;
  return next === ')' && opens ? `${short})` : short;
}
