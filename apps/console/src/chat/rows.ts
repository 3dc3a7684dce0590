/** From the entries of a timeline to the rows that are drawn. */
import type { TimelineEntry } from '@chat-server/client';
import { dayText } from '../shared/format.js';

export interface MessageRow {
  kind: 'message';
  key: string;
  entry: TimelineEntry;
  own: boolean;
  /** Of several in a row from one sender: whether it is the first, and the last. */
  first: boolean;
  last: boolean;
}

export type Row =
  | { kind: 'day'; key: string; text: string }
  | { kind: 'unread'; key: string }
  | { kind: 'event'; key: string; entry: KeptEntry }
  | MessageRow;

/** An entry that the server has. */
export type KeptEntry = Extract<TimelineEntry, { seq: number }>;

export const isKept = (entry: TimelineEntry): entry is KeptEntry => 'seq' in entry;

/** Messages of one sender within this time belong together; in milliseconds. */
const TOGETHER = 5 * 60_000;

/** @param unreadAfter `seq` of the last message that had been seen; null: none is marked as unread */
export function rowsOf(entries: readonly TimelineEntry[], unreadAfter: number | null): Row[] {
  const rows: Row[] = [];
  let dayEnd = 0;
  let before: MessageRow | null = null;
  let marked = unreadAfter === null;
  for (const entry of entries) {
    const time = Date.parse(entry.createdAt);
    if (time >= dayEnd) {
      dayEnd = endOfDay(time);
      rows.push({ kind: 'day', key: `day ${dayEnd}`, text: dayText(entry.createdAt) });
      before = null;
    }
    if (isKept(entry) && entry.kind !== 'message') {
      rows.push({ kind: 'event', key: entry.messageId, entry });
      before = null;
      continue;
    }
    if (!marked && isKept(entry) && entry.senderRole === 'user' && entry.seq > (unreadAfter ?? 0)) {
      marked = true;
      rows.push({ kind: 'unread', key: 'unread' });
      before = null;
    }
    const own = !isKept(entry) || entry.senderRole === 'admin';
    const first: boolean = !before || !belongTogether(before, own, time);
    if (!first && before) before.last = false;
    before = { kind: 'message', key: keyOf(entry), entry, own, first, last: true };
    rows.push(before);
  }
  return rows;
}

function belongTogether(before: MessageRow, own: boolean, time: number): boolean {
  return before.own === own && time - Date.parse(before.entry.createdAt) <= TOGETHER;
}

function endOfDay(time: number): number {
  const date = new Date(time);
  return date.setHours(24, 0, 0, 0);
}

/** Of one's own that are on their way it is the side alone. */
const senderOf = (entry: TimelineEntry) => (isKept(entry) ? entry.senderRole : 'admin');

/** The same while it is on its way and after, so that it does not jump. */
function keyOf(entry: TimelineEntry): string {
  if (entry.clientMessageId === undefined && isKept(entry)) return entry.messageId;
  return `${senderOf(entry)} ${entry.clientMessageId}`;
}
