/** Sentences with something in them: numbers, plural forms, names, times. All of it by `Intl`. */

import type { Language } from './load.js';
import type { Plural } from './Strings.js';

export function fill(sentence: string, values: Record<string, string>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

export function plural(
  { tag }: Language,
  forms: Partial<Plural<Intl.LDMLPluralRule>>,
  count: number,
): string {
  const form = forms[new Intl.PluralRules(tag).select(count)] ?? forms.other ?? '';
  return fill(form, { count: new Intl.NumberFormat(tag).format(count) });
}

/** Formatters are slow to make, and a timeline needs the same one for every line. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function format({ tag }: Language, date: Date, options: Intl.DateTimeFormatOptions): string {
  const key = `${tag} ${Object.keys(options)}`;
  const known = formatters.get(key) ?? new Intl.DateTimeFormat(tag, options);
  formatters.set(key, known);
  return known.format(date);
}

export function timeOf(language: Language, iso: string): string {
  return format(language, new Date(iso), { hour: 'numeric', minute: '2-digit' });
}

/** "Today", "yesterday", else the weekday and the date. */
export function dayOf(language: Language, iso: string, now = new Date()): string {
  const date = new Date(iso);
  const days = Math.round((startOfDay(date) - startOfDay(now)) / 86_400_000);
  if (days === 0 || days === -1) {
    const words = new Intl.RelativeTimeFormat(language.tag, { numeric: 'auto' });
    const text = words.format(days, 'day');
    return text.charAt(0).toLocaleUpperCase(language.tag) + text.slice(1);
  }
  const year = date.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const);
  return format(language, date, { weekday: 'long', day: 'numeric', month: 'long', ...year });
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
