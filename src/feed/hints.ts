/**
 * What nodes tell each other. A hint begins with its sender and what it is about, so that most are
 * known to be old news without parsing what follows.
 */
import type { Done } from '../timeline/commands.js';

/** An emission that is kept nowhere, as another node has made it. */
export interface News {
  to: { userId: string } | { chatId: string; adminId: string | null };
  event: string;
  data: unknown;
}

/** `viewers`: who looks at a chat has changed; `nodes`: which nodes there are, and with admins. */
export type Hint =
  | { kind: 'done'; body: Done }
  | { kind: 'news'; body: News }
  | { kind: 'viewers'; body: string }
  | { kind: 'nodes'; body: null };

export interface HintHead {
  node: string;
  /** Counts the hints of a node, so that one that comes by two channels is heard once. */
  count: number;
  kind: Hint['kind'];
  /** Chat and `seq` of an entry (0 for a start); `-` and -1 for anything else. */
  chatId: string;
  seq: number;
}

export function encodeHint(node: string, count: number, { kind, body }: Hint): string {
  const { chatId, seq } = placeOf(kind === 'done' ? body : undefined);
  return `${node} ${count} ${kind} ${chatId} ${seq} ${JSON.stringify(body)}`;
}

function placeOf(done: Done | undefined): { chatId: string; seq: number } {
  if (done?.entry) return done.entry;
  return done?.kind === 'start' ? { chatId: done.chat.chatId, seq: 0 } : { chatId: '-', seq: -1 };
}

/** @returns the head, and where the body begins; undefined for what no node has written. */
export function headOf(message: string): (HintHead & { at: number }) | undefined {
  const parts: string[] = [];
  let at = 0;
  for (let field = 0; field < 5; field++) {
    const end = message.indexOf(' ', at);
    if (end < 0) return undefined;
    parts.push(message.slice(at, end));
    at = end + 1;
  }
  const [node, count, kind, chatId, seq] = parts as [string, string, Hint['kind'], string, string];
  return { node, count: Number(count), kind, chatId, seq: Number(seq), at };
}
