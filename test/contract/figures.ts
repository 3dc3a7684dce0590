/** The figures of the desk are kept up, never counted, and equal a count all the same. */
import { expect, test } from 'vitest';
import type { ChatStore } from '../../src/store/ChatStore.js';
import type { Overview } from '../../src/validations/chat.validation.js';
import { admin, allChats, done, type Engine, startedChat, user } from './engine.js';

export function figuresContract(engine: Engine): void {
  test('an empty desk', async () => {
    const { store } = await engine.open();
    expect(await store.getOverview()).toEqual({ waiting: 0, active: 0, hours: [] });
  });

  test('every change of a chat is in the figures, as a recount finds it', async () => {
    const opened = await engine.open();
    const { store } = opened;
    const one = (await startedChat(store, 'ursula', 'albert')).chatId;
    const two = (await startedChat(store, 'victor', 'albert')).chatId;
    await startedChat(store, 'wilma');
    const say = { kind: 'message', actor: admin('albert'), content: 'hello' } as const;
    await store.append([
      { ...say, chatId: one },
      { ...say, chatId: one },
      { kind: 'unassignment', actor: admin('albert'), chatId: two },
      { kind: 'end', actor: user('ursula'), chatId: one },
      { kind: 'start', actor: user('ursula') },
      { kind: 'start', actor: user('xaver') },
    ]);
    await expectRecount(store);
    const { waiting, active, hours } = await store.getOverview();
    expect({ waiting, active }).toEqual({ waiting: 4, active: 0 });
    const sum = (of: 'started' | 'ended') => hours.reduce((total, hour) => total + hour[of], 0);
    expect([sum('started'), sum('ended')]).toEqual([5, 1]);
    await expectRecount((await opened.reopen()).store);
  });

  test('what is refused or repeated changes no figure', async () => {
    const { store } = await engine.open();
    const { chatId } = await startedChat(store, 'ursula', 'albert');
    await done(store, { kind: 'end', actor: admin('albert'), chatId });
    const before = await store.getOverview();
    await store.append([
      { kind: 'end', actor: admin('albert'), chatId },
      { kind: 'assignment', actor: admin('albert'), chatId },
      { kind: 'mark', actor: user('ursula'), chatId, seenSeq: 2 },
    ]);
    expect(await store.getOverview()).toEqual(before);
  });
}

/** Holds the overview against a count of all chats, which must be of the last 24 hours. */
export async function expectRecount(store: ChatStore): Promise<void> {
  const chats = await allChats(store);
  const overview = await store.getOverview();
  const count = (status: string) => chats.filter((chat) => chat.status === status).length;
  expect(overview.waiting).toBe(count('unassigned'));
  expect(overview.active).toBe(count('assigned'));

  const hours = new Map<string, { started: number; ended: number; times: [number[], number[]] }>();
  const hourOf = (time: string) => {
    const hour = `${time.slice(0, 13)}:00:00.000Z`;
    const row = hours.get(hour) ?? { started: 0, ended: 0, times: [[], []] };
    hours.set(hour, row);
    return row;
  };
  for (const { createdAt, firstResponseAt, endedAt } of chats) {
    const since = (time: string) => Math.max(0, Date.parse(time) - Date.parse(createdAt));
    hourOf(createdAt).started++;
    if (firstResponseAt !== null) hourOf(firstResponseAt).times[0].push(since(firstResponseAt));
    if (endedAt === null) continue;
    hourOf(endedAt).ended++;
    hourOf(endedAt).times[1].push(since(endedAt));
  }
  const recounted = [...hours].map(([hour, { started, ended, times }]): Overview['hours'][0] => {
    const [firstResponse, resolution] = times.map(mean) as [number | null, number | null];
    return { hour, started, ended, firstResponse, resolution };
  });
  expect(overview.hours).toEqual(recounted.sort((a, b) => a.hour.localeCompare(b.hour)));
}

function mean(values: number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((total, value) => total + value, 0) / values.length;
}
