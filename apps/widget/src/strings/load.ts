/** The visitor's language: which it is, its sentences, its plural forms, its times. */
import { isRightToLeft } from '../protocol.js';
import type { Plural, Strings } from './Strings.js';

/** Any language's: which plural forms it has only its own rules know. */
export type AnyStrings = Strings<never> & {
  readonly [K in 'unread']: Partial<Plural<Intl.LDMLPluralRule>>;
};

/** Each is loaded when it is wanted. */
const en = () => import('./en.js').then(({ en }) => en);

const languages: Record<string, () => Promise<AnyStrings>> = {
  ar: () => import('./ar.js').then(({ ar }) => ar),
  de: () => import('./de.js').then(({ de }) => de),
  en,
  es: () => import('./es.js').then(({ es }) => es),
  fr: () => import('./fr.js').then(({ fr }) => fr),
  it: () => import('./it.js').then(({ it }) => it),
  ja: () => import('./ja.js').then(({ ja }) => ja),
  nl: () => import('./nl.js').then(({ nl }) => nl),
  pl: () => import('./pl.js').then(({ pl }) => pl),
  pt: () => import('./pt.js').then(({ pt }) => pt),
};

/** What the panel needs to speak a language. */
export interface Language {
  /** BCP 47, of the visitor's region where it is known: times are written by it. */
  tag: string;
  direction: 'ltr' | 'rtl';
  strings: AnyStrings;
}

/**
 * @param wanted BCP 47; a language that the widget does not speak becomes English.
 * @throws when it cannot be loaded
 */
export async function loadLanguage(wanted: string): Promise<Language> {
  const code = wanted.toLowerCase().split(/[-_]/)[0] ?? '';
  const load = languages[code];
  return load ? languageOf(tagOf(wanted, code), await load()) : languageOf('en', await en());
}

export function languageOf(tag: string, strings: AnyStrings): Language {
  return { tag, direction: isRightToLeft(tag) ? 'rtl' : 'ltr', strings };
}

/** The region says how times are written; a tag that no browser understands has none. */
function tagOf(wanted: string, code: string): string {
  try {
    return Intl.getCanonicalLocales(wanted.replaceAll('_', '-'))[0] ?? code;
  } catch {
    return code;
  }
}
