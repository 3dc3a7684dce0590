/** From the entries of a timeline to the rows that are drawn. */
import type { TimelineEntry } from '@chat-server/client';
import { dayText } from '../shared/format.js';

interface AnyRow {
  key: string;
  /** Of the first row of a day: which one. In the row, so that a row keeps its place above it. */
  day: string | null;
}

export interface MessageRow extends AnyRow {
  kind: 'message';
  entry: TimelineEntry;
  own: boolean;
  /** Of several in a row from one sender: whether it is the first, and the last. */
  first: boolean;
  last: boolean;
  /** What has not been seen begins here. */
  fresh: boolean;
}

/** What happened to the chat itself. */
export interface EventRow extends AnyRow {
  kind: 'event';
  entry: KeptEntry;
}

export type Row = MessageRow | EventRow;

/** An entry that the server has. */
export type KeptEntry = Extract<TimelineEntry, { seq: number }>;

export const isKept = (entry: TimelineEntry): entry is KeptEntry => 'seq' in entry;

/** Rows are made anew whenever one entry is; entries stay the same object until they change. */
export function isSameRow(one: MessageRow, other: MessageRow): boolean {
  const names = Object.keys(one) as (keyof MessageRow)[];
  return names.every((name) => one[name] === other[name]);
}

/** Messages of one sender within this time belong together; in milliseconds. */
const TOGETHER = 5 * 60_000;

/** @param unreadAfter `seq` of the last message that had been seen; null: none is marked as unread */
export function rowsOf(entries: readonly TimelineEntry[], unreadAfter: number | null): Row[] {
  let dayEnd = 0;
  let before: MessageRow | null = null;
  let marked = unreadAfter === null;
  return entries.map((entry): Row => {
    const time = Date.parse(entry.createdAt);
    const day = time >= dayEnd ? dayText(entry.createdAt) : null;
    if (day) dayEnd = endOfDay(time);
    if (isKept(entry) && entry.kind !== 'message') {
      before = null;
      return { kind: 'event', key: entry.messageId, day, entry };
    }
    const own = !isKept(entry) || entry.senderRole === 'admin';
    const fresh = !marked && !own && isKept(entry) && entry.seq > (unreadAfter ?? 0);
    if (fresh) marked = true;
    const first = day !== null || fresh || !before || !belongTogether(before, own, time);
    if (!first && before) before.last = false;
    before = { kind: 'message', key: keyOf(entry), day, entry, own, first, last: true, fresh };
    return before;
  });
}

function belongTogether(before: MessageRow, own: boolean, time: number): boolean {
  return before.own === own && time - Date.parse(before.entry.createdAt) <= TOGETHER;
}

function endOfDay(time: number): number {
  const date = new Date(time);
  return date.setHours(24, 0, 0, 0);
}

/** The same while it is on its way and after, so that it does not jump. */
function keyOf(entry: TimelineEntry): string {
  if (entry.clientMessageId === undefined && isKept(entry)) return entry.messageId;
  return `${isKept(entry) ? entry.senderRole : 'admin'} ${entry.clientMessageId}`;
}
