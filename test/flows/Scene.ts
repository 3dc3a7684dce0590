/** A chat in which everybody is connected twice, and one more who is not in it. */
import { expect } from 'vitest';
import type { NamespaceName } from '../../src/validations/events.js';
import { admin, type Client, names, pair, user } from '../support/clients.js';

/** A chat with its user (in two tabs), its admin (in two windows), and a colleague of the admin. */
export async function scene(url: string) {
  const [ursula, albert, berta] = names('ursula', 'albert', 'berta');
  const { user: tab, admin: window, chatId } = await pair(url, ursula, albert);
  const [otherTab, otherWindow, colleague] = await Promise.all([
    user(url, ursula),
    admin(url, albert),
    admin(url, berta),
  ]);
  return { url, tab, otherTab, window, otherWindow, colleague, chatId };
}

export type Scene = Awaited<ReturnType<typeof scene>>;

export const everyone = ({ tab, otherTab, window, otherWindow, colleague }: Scene) => [
  tab,
  otherTab,
  window,
  otherWindow,
  colleague,
];
export const participants = (all: Scene) => everyone(all).filter((one) => one !== all.colleague);

/** Each of them receives it, in one form; returns that. */
export async function allHear<T = Record<string, unknown>>(
  who: Client<NamespaceName>[],
  event: string,
  fits?: (data: T) => boolean,
): Promise<T> {
  const heard = await Promise.all(who.map((one) => one.next<T>(event, fits)));
  for (const data of heard) expect(data).toEqual(heard[0]);
  return heard[0] as T;
}

export async function hearsNothing(one: Client<NamespaceName>, event: string): Promise<void> {
  await one.caughtUp();
  expect(one.all(event), `${event} for ${one.id}`).toEqual([]);
}
