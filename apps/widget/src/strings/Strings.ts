/**
 * Every sentence of the widget. A language is a file beside this one; one that lacks a sentence, or a
 * plural form that the language has, does not compile.
 */

/** `{count}` is the number, written as the language writes numbers. */
export type Plural<Form extends Intl.LDMLPluralRule> = Readonly<Record<Form, string>>;

/** @template Form the plural forms of the language, as `Intl.PluralRules` names them */
export interface Strings<Form extends Intl.LDMLPluralRule = 'other'> {
  readonly title: string;
  readonly greeting: string;
  readonly greetingMore: string;
  readonly you: string;

  readonly online: string;
  readonly away: string;
  readonly connecting: string;
  readonly reconnecting: string;
  readonly refused: string;
  readonly signInExpired: string;
  readonly waiting: string;

  readonly conversation: string;
  readonly write: string;
  readonly send: string;
  readonly earlier: string;
  readonly toNewest: string;
  readonly typing: string;

  readonly sending: string;
  readonly sent: string;
  readonly delivered: string;
  readonly seen: string;
  readonly failed: string;
  readonly tooMany: string;
  readonly again: string;
  readonly discard: string;

  /** `{name}` is the agent's. */
  readonly joined: string;
  readonly left: string;
  readonly endedByYou: string;
  readonly ended: string;
  readonly startNew: string;

  readonly close: string;
  readonly options: string;
  readonly sound: string;
  readonly notifications: string;
  readonly blocked: string;
  readonly endChat: string;
  readonly endQuestion: string;
  readonly cancel: string;

  readonly ask: string;
  readonly notNow: string;
  readonly unread: Plural<Form>;
  readonly newMessage: string;
}
