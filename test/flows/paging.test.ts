/** Lists page by page to their end, while what they list grows: nothing doubled, nothing missed. */
import { expect, test } from 'vitest';
import type { Chat, ChatsPage, Message } from '../../src/validations/chat.validation.js';
import { admin, names, pair, supervisor, user } from '../support/clients.js';
import { times } from '../support/many.js';
import { rest } from '../support/rest.js';
import { sharedServer } from '../support/server.js';

const server = sharedServer({ env: { RATE_LIMITS: 'off' } });

/** All pages of a list of chats; `between` is done after each page but the last. */
async function allPages(
  page: (cursor: object) => Promise<ChatsPage>,
  between: () => Promise<unknown>,
): Promise<Chat[]> {
  const chats: Chat[] = [];
  for (let cursor: object = {}; ; ) {
    const { chats: some, nextCursor } = await page(cursor);
    chats.push(...some);
    if (nextCursor === null) return chats;
    expect(nextCursor).toBe(some.at(-1)?.chatId);
    cursor = { cursor: nextCursor };
    await between();
  }
}

const idsOf = (chats: Chat[]) => chats.map(({ chatId }) => chatId);
const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => index + first);

test('[P3] a timeline read forward while it grows has every entry once', async () => {
  const { user: ursula, admin: albert, chatId } = await pair(server().url, ...names('u', 'a'));
  await times(60, (n) => ursula.do('user_message', { chatId, content: `${n}` }));
  const read: Message[] = [];
  let more = true;
  for (let pages = 0; more; pages++) {
    const afterSeq = read.at(-1)?.seq ?? 0;
    const page = await ursula.do('get_messages', { chatId, afterSeq, limit: 7 });
    expect(page.messages.length).toBe(page.hasMore ? 7 : page.messages.length);
    read.push(...page.messages);
    more = page.hasMore;
    if (pages < 5) await albert.do('admin_message', { chatId, content: `new ${pages}` });
  }
  expect(read.map(({ seq }) => seq)).toEqual(upTo(66));
  // The end of the timeline is an empty page, not an error.
  const past = { chatId, afterSeq: 66 };
  expect(await ursula.do('get_messages', past)).toEqual({ messages: [], hasMore: false });
});

test('[P3] a timeline read backward while it grows has every entry once', async () => {
  const { url } = server();
  const { user: ursula, admin: albert, chatId } = await pair(url, ...names('u', 'a'));
  await times(60, (n) => ursula.do('user_message', { chatId, content: `${n}` }));
  // Without a position: the newest, rising.
  const newest = await albert.do('get_messages', { chatId });
  expect(newest.messages.map(({ seq }) => seq)).toEqual(upTo(61, 12));
  expect(newest.hasMore).toBe(true);
  let read = newest.messages;
  for (let more = true; more; ) {
    await albert.do('admin_message', { chatId, content: 'more' });
    const beforeSeq = String(read[0]?.seq);
    const query = { chatId, beforeSeq, limit: 4 };
    const { data } = await rest(url, 'admin', 'get_messages', query, { id: albert.id });
    read = [...data.messages, ...read];
    more = data.hasMore;
  }
  expect(read.map(({ seq }) => seq)).toEqual(upTo(61));
  const whole = await ursula.do('get_messages', { chatId, afterSeq: 0, limit: 200 });
  expect(whole.messages.slice(0, 61)).toEqual(read);
});

test('the queue, oldest first, while chats come and go', async () => {
  const { url } = server();
  const [albertId, crowd] = names('albert', 'user');
  const albert = await admin(url, albertId);
  const startChat = async (name: string) =>
    (await rest(url, 'user', 'start_chat', {}, { id: `${crowd}-${name}` })).data.chatId;
  const waiting: string[] = [];
  for (let n = 0; n < 23; n++) waiting.push(await startChat(`${n}`));
  const arrived: string[] = [];
  const taken: string[] = [];

  const read = await allPages(
    (cursor) => albert.do('get_unassigned_chats', { ...cursor, limit: 4 }),
    async () => {
      arrived.push(await startChat(`late-${arrived.length}`));
      // The very chat that the cursor names, and one that is still to come, are taken.
      for (const chatId of [waiting[arrived.length * 4 - 1], waiting.at(-arrived.length)]) {
        if (chatId === undefined || taken.includes(chatId)) continue;
        await albert.do('assign_chat', { chatId });
        taken.push(chatId);
      }
    },
  );
  const ours = read.filter((chat) => chat.userId.startsWith(crowd));
  expect(new Set(idsOf(ours)).size).toBe(ours.length);
  const order = [...waiting, ...arrived];
  expect(idsOf(ours)).toEqual(order.filter((chatId) => idsOf(ours).includes(chatId)));
  const stayed = order.filter((chatId) => !taken.includes(chatId));
  expect(idsOf(ours)).toEqual(expect.arrayContaining(stayed));
  expect(ours.every(({ status }) => status === 'unassigned')).toBe(true);
});

test("one's own chats, newest first, while new ones come", async () => {
  const { url } = server();
  const [ursulaId, albertId, sonjaId] = names('ursula', 'albert', 'sonja');
  const [ursula, albert, sonja] = await Promise.all([
    user(url, ursulaId),
    admin(url, albertId),
    supervisor(url, sonjaId),
  ]);
  const begun: string[] = [];
  const talk = async () => {
    const { chatId } = await ursula.do('start_chat');
    begun.unshift(chatId);
    await albert.do('assign_chat', { chatId });
    await ursula.do('end_chat', { chatId });
  };
  for (let n = 0; n < 13; n++) await talk();
  const { chatId: open } = await ursula.do('start_chat');
  await albert.do('assign_chat', { chatId: open });

  const ended = [...begun];
  const list = (one: typeof ursula | typeof albert, query: object) => (cursor: object) =>
    (one as typeof ursula).do('get_chats', { ...query, ...cursor, limit: 3 });
  expect(idsOf(await allPages(list(ursula, {}), async () => undefined))).toEqual([open, ...ended]);
  expect(idsOf(await allPages(list(albert, { status: 'open' }), async () => undefined))).toEqual([
    open,
  ]);
  await ursula.do('end_chat', { chatId: open });
  begun.unshift(open);

  const before = [...begun];
  for (const pages of [
    list(ursula, {}),
    list(ursula, { status: 'ended' }),
    list(albert, { status: 'ended' }),
  ]) {
    const begunBefore = [...begun];
    expect(idsOf(await allPages(pages, talk))).toEqual(begunBefore);
  }
  // A supervisor's list of all holds other people's too.
  const all = await allPages(list(sonja, { scope: 'all' }), async () => undefined);
  expect(new Set(idsOf(all)).size).toBe(all.length);
  expect(idsOf(all.filter(({ userId }) => userId === ursulaId))).toEqual(begun);
  expect(before.every((chatId) => begun.includes(chatId))).toBe(true);
});

test('a cursor that is no chat gives an empty page, one that is no id is refused', async () => {
  const { user: ursula, admin: albert } = await pair(server().url, ...names('ursula', 'albert'));
  const cursor = '00000000-0000-4000-8000-000000000000';
  const empty = { chats: [], nextCursor: null };
  expect(await ursula.do('get_chats', { cursor })).toEqual(empty);
  expect(await albert.do('get_unassigned_chats', { cursor })).toEqual(empty);
  expect(await ursula.refused('get_chats', { cursor: '1' })).toBe('invalid_payload');
  expect(await albert.refused('get_unassigned_chats', { limit: 501 })).toBe('invalid_payload');
  expect(await albert.refused('get_chats', { limit: 201 })).toBe('invalid_payload');
});
