/** Pages of timelines and of lists, in their order, and for those alone who may read them. */
import { expect, test } from 'vitest';
import type { Actor } from '../../src/auth/policy.js';
import type { ChatStore } from '../../src/store/ChatStore.js';
import type { ChatsPage } from '../../src/validations/chat.validation.js';
import { admin, allChats, done, type Engine, startedChat, supervisor, user } from './engine.js';

const ABSENT = '00000000-0000-4000-8000-000000000000';
const ursula = user('ursula');
const albert = admin('albert');
const sybil = supervisor('sybil');

export function readingContract(engine: Engine): void {
  const tenEntries = async () => {
    const { store } = await engine.open();
    const { chatId } = await startedChat(store, 'ursula');
    const contents = Array.from({ length: 10 }, (_, index) => `${index + 1}`);
    await store.append(
      contents.map((content) => ({ kind: 'message', actor: ursula, chatId, content })),
    );
    const seqs = async (query: object) => {
      const page = await store.getMessages(ursula, { chatId, limit: 4, ...query });
      if ('refused' in page) throw new Error(page.refused);
      return [page.messages.map(({ seq }) => seq), page.hasMore];
    };
    return seqs;
  };

  test('a page of a timeline rises by seq: after, before, or the newest', async () => {
    const seqs = await tenEntries();
    expect(await seqs({})).toEqual([[7, 8, 9, 10], true]);
    expect(await seqs({ limit: 10 })).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], false]);
    expect(await seqs({ afterSeq: 0 })).toEqual([[1, 2, 3, 4], true]);
    expect(await seqs({ afterSeq: 4 })).toEqual([[5, 6, 7, 8], true]);
    expect(await seqs({ afterSeq: 6 })).toEqual([[7, 8, 9, 10], false]);
    expect(await seqs({ afterSeq: 10 })).toEqual([[], false]);
    expect(await seqs({ beforeSeq: 7 })).toEqual([[3, 4, 5, 6], true]);
    expect(await seqs({ beforeSeq: 5 })).toEqual([[1, 2, 3, 4], false]);
    expect(await seqs({ beforeSeq: 0 })).toEqual([[], false]);
  });

  test('a position no timeline has is answered like any other', async () => {
    const seqs = await tenEntries();
    for (const far of [2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]) {
      expect(await seqs({ afterSeq: far })).toEqual([[], false]);
      expect(await seqs({ beforeSeq: far })).toEqual([[7, 8, 9, 10], true]);
    }
  });

  test('lists come in pages, each chat once: the queue oldest first, the others newest first', async () => {
    const { store } = await engine.open();
    const chatIds: string[] = [];
    for (let index = 0; index < 7; index++) {
      chatIds.push((await startedChat(store, `user-${index}`)).chatId);
    }
    const newest = [...chatIds].reverse();
    for (const limit of [1, 3, 7, 8]) {
      const queue = (cursor?: string) => store.getUnassignedChats({ limit, cursor });
      expect(await pages(queue)).toEqual(chatIds);
      const all = (cursor?: string) => store.getChats(sybil, { scope: 'all', limit, cursor });
      expect(await pages(all)).toEqual(newest);
    }
    for (const chatId of chatIds) await done(store, { kind: 'assignment', actor: albert, chatId });
    const own = (cursor?: string) => store.getChats(albert, { scope: 'own', limit: 2, cursor });
    expect(await pages(own)).toEqual(newest);
  });

  test('a chat that leaves the queue between two pages costs nobody their place', async () => {
    const { store } = await engine.open();
    const chatIds: string[] = [];
    for (let index = 0; index < 4; index++) {
      chatIds.push((await startedChat(store, `user-${index}`)).chatId);
    }
    const first = await store.getUnassignedChats({ limit: 2 });
    const cursor = first.nextCursor ?? '';
    expect(cursor).toBe(chatIds[1]);
    await done(store, { kind: 'assignment', actor: albert, chatId: cursor });
    const second = await store.getUnassignedChats({ limit: 2, cursor });
    expect(second.chats.map(({ chatId }) => chatId)).toEqual(chatIds.slice(2));
    expect(second.nextCursor).toBeNull();
  });

  test('an unknown cursor gives an empty page, and to a user a foreign one is unknown', async () => {
    const { store } = await engine.open();
    await startedChat(store, 'ursula');
    const foreign = (await startedChat(store, 'victor')).chatId;
    const empty = { chats: [], nextCursor: null };
    expect(await store.getUnassignedChats({ limit: 5, cursor: ABSENT })).toEqual(empty);
    for (const cursor of [ABSENT, foreign]) {
      expect(await store.getChats(ursula, { scope: 'own', limit: 5, cursor })).toEqual(empty);
    }
    expect(await ids(store, ursula, {})).toHaveLength(1);
  });

  test('[P6] a list has one’s own chats, by state; all of them only for a supervisor', async () => {
    const { store } = await engine.open();
    const ended = (await startedChat(store, 'ursula', 'albert')).chatId;
    await done(store, { kind: 'end', actor: albert, chatId: ended });
    const open = (await startedChat(store, 'ursula', 'albert')).chatId;
    const other = (await startedChat(store, 'victor', 'berta')).chatId;
    const waiting = (await startedChat(store, 'wilma')).chatId;
    for (const actor of [ursula, albert]) {
      expect(await ids(store, actor, {})).toEqual([open, ended]);
      expect(await ids(store, actor, { status: 'open' })).toEqual([open]);
      expect(await ids(store, actor, { status: 'ended' })).toEqual([ended]);
      const all = await store.getChats(actor, { scope: 'all', limit: 5 });
      expect(all).toEqual({ refused: 'supervisors_only' });
    }
    // A user who bears an admin's name is not the admin.
    expect(await ids(store, user('albert'), {})).toEqual([]);
    expect(await ids(store, admin('ursula'), {})).toEqual([]);
    expect((await allChats(store)).map(({ chatId }) => chatId)).toEqual([
      ...[waiting, other, open, ended],
    ]);
    expect(await ids(store, sybil, { scope: 'all', status: 'ended' })).toEqual([ended]);
  });

  test('[P6] a chat and its timeline are read by those who may; to others there is none', async () => {
    const { store } = await engine.open();
    const waiting = (await startedChat(store, 'ursula')).chatId;
    const taken = (await startedChat(store, 'victor', 'albert')).chatId;
    const given = (await startedChat(store, 'wilma', 'albert')).chatId;
    await done(store, { kind: 'unassignment', actor: albert, chatId: given });
    await done(store, { kind: 'assignment', actor: admin('berta'), chatId: given });
    const ended = (await startedChat(store, 'xaver', 'albert')).chatId;
    await done(store, { kind: 'end', actor: user('xaver'), chatId: ended });
    const readers: [chatId: string, may: Actor[], mayNot: Actor[]][] = [
      [waiting, [ursula, albert, sybil], [user('victor'), user('albert')]],
      [taken, [user('victor'), albert, sybil], [ursula, admin('berta'), admin('victor')]],
      [given, [user('wilma'), admin('berta'), sybil], [albert, ursula]],
      [ended, [user('xaver'), albert, sybil], [ursula, admin('berta')]],
      [ABSENT, [], [ursula, albert, sybil]],
    ];
    for (const [chatId, may, mayNot] of readers) {
      for (const actor of may) {
        expect(await store.getChat(actor, chatId)).toMatchObject({ chatId });
        expect(await store.getMessages(actor, { chatId, limit: 5 })).toHaveProperty('messages');
      }
      for (const actor of mayNot) {
        const refused = { refused: 'chat_not_found' };
        expect(await store.getChat(actor, chatId)).toEqual(refused);
        expect(await store.getMessages(actor, { chatId, limit: 5 })).toEqual(refused);
      }
    }
  });

  test('open chats are a user’s one and an admin’s assigned ones, with their last seq', async () => {
    const { store } = await engine.open();
    const mine = await startedChat(store, 'ursula', 'albert');
    const { chatId } = mine;
    await done(store, { kind: 'message', actor: ursula, chatId, content: 'hello' });
    const ended = (await startedChat(store, 'victor', 'albert')).chatId;
    await done(store, { kind: 'end', actor: albert, chatId: ended });
    await startedChat(store, 'wilma');
    const open = [{ chatId, userId: 'ursula', adminId: 'albert', lastSeq: 2 }];
    expect(await store.getOpenChats(ursula)).toEqual(open);
    expect(await store.getOpenChats(albert)).toEqual(open);
    for (const actor of [user('victor'), user('albert'), admin('berta'), sybil]) {
      expect(await store.getOpenChats(actor)).toEqual([]);
    }
  });
}

/** The chats of all pages, by the cursors that they give. */
async function pages(
  read: (cursor?: string) => Promise<ChatsPage | { refused: string }>,
): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await read(cursor);
    if ('refused' in page) throw new Error(page.refused);
    found.push(...page.chats.map(({ chatId }) => chatId));
    if (page.nextCursor === null) return found;
    cursor = page.nextCursor;
  }
}

async function ids(store: ChatStore, actor: Actor, query: object): Promise<string[]> {
  const page = await store.getChats(actor, { scope: 'own', limit: 50, ...query });
  if ('refused' in page) throw new Error(page.refused);
  return page.chats.map(({ chatId }) => chatId);
}
