/** From entries of timelines to lines on the screen: days, notes, and who says what in one breath. */
import type { ChatTimeline, Outgoing, TimelineEntry } from '@chat-server/client';
import { dayOf, fill } from '../strings/format.js';
import type { Language } from '../strings/load.js';
import type { Section } from './History.js';

export type Line =
  | { kind: 'day' | 'note'; key: string; text: string }
  | {
      kind: 'message';
      key: string;
      entry: TimelineEntry;
      /** Null for what waits for the visitor's identity. */
      timeline: ChatTimeline | null;
      own: boolean;
      /** The agent's name over the first message of a breath. */
      name: string;
      /** The last of a breath has its time below it. */
      last: boolean;
    };

/** Messages of one side in less than this are one breath, in milliseconds. */
const BREATH = 5 * 60_000;

/** @param first what waits for the visitor's identity */
export function toLines(
  sections: readonly Section[],
  first: readonly Outgoing[],
  language: Language,
): Line[] {
  const lines: Line[] = [];
  let day = '';
  const add = (entry: TimelineEntry, timeline: ChatTimeline | null) => {
    const today = dayOf(language, entry.createdAt);
    if (today !== day) lines.push({ kind: 'day', key: `${keyOf(entry)} day`, text: today });
    day = today;
    lines.push(toLine(entry, timeline, language));
  };
  for (const { timeline, state } of sections) {
    for (const entry of state.entries) add(entry, timeline);
  }
  for (const entry of first) add(entry, null);
  return joined(lines);
}

function toLine(entry: TimelineEntry, timeline: ChatTimeline | null, language: Language): Line {
  const key = keyOf(entry);
  if (!('seq' in entry)) {
    return { kind: 'message', key, entry, timeline, own: true, name: '', last: true };
  }
  if (entry.kind !== 'message') return { kind: 'note', key, text: noteOf(entry, language) };
  const own = entry.senderRole === 'user';
  const name = own ? '' : nameOf(entry.senderId);
  return { kind: 'message', key, entry, timeline, own, name, last: true };
}

/** The same before and after it has been sent, so that it stays where it is. */
function keyOf(entry: TimelineEntry): string {
  return entry.clientMessageId ?? ('seq' in entry ? entry.messageId : '');
}

/** An agent who signs in with a mail address does not show it. */
export function nameOf(adminId: string): string {
  return adminId.split('@')[0] ?? adminId;
}

function noteOf(
  { kind, senderId, senderRole }: Extract<TimelineEntry, { seq: number }>,
  { strings }: Language,
): string {
  const name = nameOf(senderId);
  if (kind === 'assignment') return fill(strings.joined, { name });
  if (kind === 'unassignment') return fill(strings.left, { name });
  return senderRole === 'user' ? strings.endedByYou : strings.ended;
}

/** Takes name and time away where the line before or after already says them. */
function joined(lines: Line[]): Line[] {
  return lines.map((line, at) => {
    if (line.kind !== 'message') return line;
    const before = lines[at - 1];
    const after = lines[at + 1];
    const name = isOneBreath(before, line) ? '' : line.name;
    return { ...line, name, last: !isOneBreath(line, after) };
  });
}

function isOneBreath(one: Line | undefined, next: Line | undefined): boolean {
  if (one?.kind !== 'message' || next?.kind !== 'message' || one.own !== next.own) return false;
  if (!one.own && one.name !== next.name) return false;
  return Date.parse(next.entry.createdAt) - Date.parse(one.entry.createdAt) < BREATH;
}
