/** Ids, times and durations, as people read them. */

/** What an anonymous visitor is called by; the id that the server made is no name. */
export function nameOf(userId: string): string {
  const [, code] = /^visitor_([\w-]{4})/.exec(userId) ?? [];
  return code ? `Visitor ${code.toUpperCase()}` : userId;
}

/** One or two letters for an avatar. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s._@:|+=~/-]+/u).filter(Boolean);
  const letters = words.slice(0, 2).map((word) => [...word][0] ?? '');
  return letters.join('').toUpperCase() || '?';
}

/** A colour of its own for each name: degrees of hue. */
export function hueOf(name: string): number {
  let hash = 0x811c9dc5; // FNV-1a, and then the golden angle, so that near names lie apart
  for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return ((hash >>> 0) * 137.508) % 360;
}

const pad = (value: number) => String(value).padStart(2, '0');

/** A wait that runs: `0:42`, `7:31`, `1:02:09`, `2 d`. */
export function waitText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} d`;
  if (hours > 0) return `${hours}:${pad(minutes % 60)}:${pad(seconds % 60)}`;
  return `${minutes}:${pad(seconds % 60)}`;
}

/** A duration that is over: `42 s`, `3 min 20 s`, `1 h 12 min`, `2 d 3 h`. */
export function durationText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return hours % 24 ? `${Math.floor(hours / 24)} d ${hours % 24} h` : `${hours / 24} d`;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const day = new Intl.DateTimeFormat(undefined, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
});
const dayOfYear = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' });
const short = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

export const clockText = (iso: string) => clock.format(new Date(iso));
export const fullText = (iso: string) => full.format(new Date(iso));

const startOfDay = (time: number) => new Date(time).setHours(0, 0, 0, 0);

/** Whole days between the days of two times, whatever the hours. */
function daysAgo(iso: string, now: number): number {
  return Math.round((startOfDay(now) - startOfDay(Date.parse(iso))) / 86_400_000);
}

/** `Today`, `Yesterday`, `Monday 23 November`. */
export function dayText(iso: string, now = Date.now()): string {
  const days = daysAgo(iso, now);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  const sameYear = new Date(iso).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? day : dayOfYear).format(new Date(iso));
}

/** The shortest that says when: a clock today, else a date. */
export function whenText(iso: string, now = Date.now()): string {
  return daysAgo(iso, now) === 0 ? clockText(iso) : short.format(new Date(iso));
}

/** `1 chat`, `2 chats`. */
export const count = (many: number, one: string, more = `${one}s`) =>
  `${many} ${many === 1 ? one : more}`;
