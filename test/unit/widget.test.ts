/** The widget's words and colours. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { accentOf, inkOn } from '../../apps/widget/src/color.js';
import { dayOf, fill, plural } from '../../apps/widget/src/strings/format.js';
import { loadLanguage } from '../../apps/widget/src/strings/load.js';
import { root } from '../support/server.js';

const languages = readdirSync(join(root, 'apps/widget/src/strings'))
  .filter((name) => /^[a-z]{2}\.ts$/.test(name))
  .map((name) => name.slice(0, 2));

test('it speaks at least six languages, one of them from right to left', async () => {
  expect(languages.length).toBeGreaterThanOrEqual(6);
  const loaded = await Promise.all(languages.map(loadLanguage));
  expect(loaded.map(({ direction }) => direction)).toContain('rtl');
});

test.each(languages)(
  '%s has every sentence, every plural form, and every placeholder',
  async (code) => {
    const language = await loadLanguage(code);
    const english = await loadLanguage('en');
    expect(language.tag).toBe(code);
    const { strings } = language;
    expect(Object.keys(strings).sort()).toEqual(Object.keys(english.strings).sort());
    const forms = new Intl.PluralRules(code).resolvedOptions().pluralCategories;
    expect(Object.keys(strings.unread).sort()).toEqual([...forms].sort());
    for (const [name, sentence] of Object.entries(strings)) {
      if (typeof sentence !== 'string') continue;
      expect(sentence.trim(), name).toBe(sentence);
      expect(sentence, name).not.toBe('');
      const wanted = english.strings[name as 'joined'].match(/\{\w+\}/g);
      expect(sentence.match(/\{\w+\}/g), name).toEqual(wanted);
      // What is not a name of something is another sentence than the English one.
      if (code !== 'en' && sentence.length > 14) {
        expect(sentence, name).not.toBe(english.strings[name as 'joined']);
      }
    }
  },
);

test('a region counts, an unknown language becomes English, nonsense does no harm', async () => {
  expect((await loadLanguage('pt-BR')).tag).toBe('pt-BR');
  expect((await loadLanguage('DE_at')).tag).toBe('de-AT');
  expect((await loadLanguage('tlh')).tag).toBe('en');
  expect((await loadLanguage('de-!!')).tag).toBe('de');
  expect((await loadLanguage('')).tag).toBe('en');
});

test('plural forms, numbers and days are those of the language', async () => {
  const pl = await loadLanguage('pl');
  const ar = await loadLanguage('ar');
  const of = (count: number) => plural(pl, pl.strings.unread, count);
  expect([1, 2, 5, 22].map(of)).toEqual([
    '1 nieprzeczytana wiadomość',
    '2 nieprzeczytane wiadomości',
    '5 nieprzeczytanych wiadomości',
    '22 nieprzeczytane wiadomości',
  ]);
  expect(plural(ar, ar.strings.unread, 2)).toBe('رسالتان غير مقروءتين');
  const en = await loadLanguage('en');
  const now = new Date(2026, 2, 10, 9);
  const day = (date: Date) => dayOf(en, date.toISOString(), now);
  expect(day(new Date(2026, 2, 10, 0, 1))).toBe('Today');
  expect(day(new Date(2026, 2, 9, 23, 59))).toBe('Yesterday');
  expect(day(new Date(2026, 2, 8))).toBe('Sunday, March 8');
  expect(day(new Date(2025, 11, 31))).toBe('Wednesday, December 31, 2025');
  // A name is text, also one that looks like a placeholder.
  expect(fill('{name} has joined', { name: '{name} $&' })).toBe('{name} $& has joined');
});

test('whatever the accent, what is written on it can be read', () => {
  for (const color of ['#fff', '#000', '#777', '#767676', '#e11', '#0a7', '#ffd400', '#2f5bea']) {
    for (let step = 0; step < 16; step++) {
      const accent = accentOf(color.slice(0, -1) + step.toString(16));
      expect(contrast(accent, accentOf(inkOn(accent))), accent).toBeGreaterThanOrEqual(4.5);
    }
  }
  for (const nonsense of ['red', '#12', 'url(x)', '#12345', '', '#000;}']) {
    expect(accentOf(nonsense)).toBe('#2f5bea');
  }
});

/** WCAG 2.2, relative luminance. */
function contrast(one: string, other: string): number {
  const light = (color: string) =>
    [0.2126, 0.7152, 0.0722].reduce((sum, weight, at) => {
      const value = Number.parseInt(color.slice(at * 2 + 1, at * 2 + 3), 16) / 255;
      return sum + weight * (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    }, 0);
  const [dark = 0, bright = 0] = [light(one), light(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}
