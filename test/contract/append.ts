/** One transaction, commands in their order, `seq` without a gap, and every rule that refuses. */
import { expect, test } from 'vitest';
import type { Command } from '../../src/timeline/commands.js';
import {
  admin,
  done,
  type Engine,
  startedChat,
  supervisor,
  told,
  user,
  wholeTimeline,
} from './engine.js';

const ABSENT = '00000000-0000-4000-8000-000000000000';
const ursula = user('ursula');
const albert = admin('albert');
const berta = admin('berta');
const sybil = supervisor('sybil');

const say = (actor: Command['actor'], chatId: string, content: string): Command => ({
  kind: 'message',
  actor,
  chatId,
  content,
});

export function appendContract(engine: Engine): void {
  test('[P3] a batch is carried out in its order, with seq 1, 2, 3 …, interleaved chats too', async () => {
    const { store } = await engine.open();
    const one = (await startedChat(store, 'ursula')).chatId;
    const two = (await startedChat(store, 'victor')).chatId;
    const outcomes = await store.append([
      say(ursula, one, 'first'),
      say(user('victor'), two, 'other first'),
      { kind: 'assignment', actor: albert, chatId: one },
      say(albert, one, 'second'),
      say(user('victor'), two, 'other second'),
      { kind: 'end', actor: ursula, chatId: one },
      say(ursula, one, 'after the end'),
    ]);
    expect(told(outcomes)).toEqual(['done', 'done', 'done', 'done', 'done', 'done', 'chat_ended']);
    const entries = await wholeTimeline(store, sybil, one);
    expect(entries.map(({ seq, kind, content }) => [seq, kind, content])).toEqual([
      [1, 'message', 'first'],
      [2, 'assignment', ''],
      [3, 'message', 'second'],
      [4, 'end', ''],
    ]);
    expect((await wholeTimeline(store, sybil, two)).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test('what a batch answers is what is read afterwards, also after a restart', async () => {
    const opened = await engine.open();
    const { chatId } = await startedChat(opened.store, 'ursula', 'albert');
    const sent = await done(opened.store, {
      ...{ kind: 'message', actor: albert, chatId, clientMessageId: 'key-1' },
      content: 'Grüße 👋🏽 \u{10FFFF} "; drop table messages; --',
    });
    expect(sent.to).toEqual({ chatId, userId: 'ursula', adminId: 'albert' });
    expect(sent.entry).toMatchObject({
      ...{ seq: 2, kind: 'message', senderId: 'albert', senderRole: 'admin' },
      ...{ receiverId: 'ursula', clientMessageId: 'key-1' },
    });
    const ended = await done(opened.store, { kind: 'end', actor: sybil, chatId });
    expect(ended.chat).toMatchObject({ status: 'ended', endedBy: 'sybil', lastSeq: 3 });
    const { store } = await opened.reopen();
    expect((await wholeTimeline(store, ursula, chatId)).slice(1)).toEqual([
      sent.entry,
      ended.entry,
    ]);
    expect(await store.getChat(ursula, chatId)).toEqual(ended.chat);
  });

  test('a thousand commands are one batch: chats, keys and entries at once', async () => {
    const { store } = await engine.open();
    const names = Array.from({ length: 1000 }, (_, index) => `user-${index}`);
    const starts = await store.append(names.map((name) => ({ kind: 'start', actor: user(name) })));
    const chatIds = starts.map((outcome) => ('chat' in outcome ? outcome.chat.chatId : ''));
    expect(new Set(chatIds).size).toBe(1000);
    const messages: Command[] = chatIds.map((chatId, index) => ({
      ...{ kind: 'message', actor: user(`user-${index}`), chatId },
      ...{ content: 'x'.repeat(100), clientMessageId: `${index}`.padStart(128, 'k') },
    }));
    expect(new Set(told(await store.append(messages)))).toEqual(new Set(['done']));
    expect(new Set(told(await store.append(messages)))).toEqual(new Set(['repeat']));
    const one = chatIds[0] ?? '';
    const many = Array.from({ length: 1000 }, (_, index) => say(user('user-0'), one, `${index}`));
    expect(new Set(told(await store.append(many)))).toEqual(new Set(['done']));
    const entries = await wholeTimeline(store, sybil, one);
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 1001 }, (_, i) => i + 1));
    expect(entries.slice(1).map(({ content }) => content)).toEqual(many.map((_, i) => `${i}`));
  });

  test('an empty batch has no outcomes', async () => {
    const { store } = await engine.open();
    expect(await store.append([])).toEqual([]);
  });

  test('a command that fails leaves nothing behind, and the others of its batch are carried out', async () => {
    const { store, tamper } = await engine.open();
    const { chatId } = await startedChat(store, 'ursula', 'albert');
    // A timeline that is longer than its chat says: the next `seq` is taken.
    await tamper(
      `insert into messages (chat_no, seq, kind, sender_role, sender_id, content, created_at)
       select chat_no, 2, 'message', 'user', 'ursula', 'past the product', 0 from chats`,
    );
    const batch: Command[] = [
      { kind: 'start', actor: user('victor') },
      say(albert, chatId, 'cannot be kept'),
      { kind: 'start', actor: user('wilma') },
    ];
    expect(told(await store.append(batch))).toEqual(['done', 'failed', 'done']);
    expect(await store.getChat(albert, chatId)).toMatchObject({ lastSeq: 1 });
    expect(await store.getOverview()).toMatchObject({ waiting: 2, active: 1 });
    await tamper("delete from messages where content = 'past the product'");
    // And the next batch builds on what is there, not on what the one that failed had in mind.
    const next = { kind: 'message', actor: albert, chatId, content: 'kept' } as const;
    const sent = await done(store, next);
    expect(sent.entry.seq).toBe(2);
    for (const actor of [user('victor'), user('wilma')]) {
      expect(await store.getOpenChats(actor)).toHaveLength(1);
    }
    expect(await wholeTimeline(store, albert, chatId)).toHaveLength(2);
  });

  test('batches that are given at once follow each other', async () => {
    const { store } = await engine.open();
    const { chatId } = await startedChat(store, 'ursula');
    const batches = Array.from({ length: 20 }, (_, index) => [
      say(ursula, chatId, `${index}a`),
      say(ursula, chatId, `${index}b`),
    ]);
    const outcomes = await Promise.all(batches.map((batch) => store.append(batch)));
    const seqs = outcomes.flat().map((outcome) => ('entry' in outcome ? outcome.entry?.seq : 0));
    expect([...seqs].sort((a = 0, b = 0) => a - b)).toEqual(seqs.map((_, index) => index + 1));
    for (const [one, other] of outcomes) {
      if (!one || !other || !('entry' in one) || !('entry' in other)) throw new Error('refused');
      expect(other.entry?.seq).toBe((one.entry?.seq ?? 0) + 1);
    }
  });

  test('closing finishes what runs: what was given before is kept', async () => {
    const opened = await engine.open();
    const { chatId } = await startedChat(opened.store, 'ursula');
    const running = [1, 2, 3].map((n) => opened.store.append([say(ursula, chatId, `${n}`)]));
    const reopening = opened.reopen();
    expect((await Promise.all(running)).flatMap(told)).toEqual(['done', 'done', 'done']);
    const { store } = await reopening;
    expect(await wholeTimeline(store, ursula, chatId)).toHaveLength(3);
  });

  test('a user has one open chat: a start gives it again, until it ends, within a batch too', async () => {
    const { store } = await engine.open();
    const start: Command = { kind: 'start', actor: ursula };
    const outcomes = await store.append([start, start]);
    expect(told(outcomes)).toEqual(['done', 'repeat']);
    const [first, second] = outcomes.map((outcome) => 'chat' in outcome && outcome.chat);
    expect(second).toEqual(first);
    const chatId = first ? first.chatId : '';
    expect(await done(store, start)).toMatchObject({ fresh: false, chat: { chatId } });
    const again = await store.append([{ kind: 'end', actor: ursula, chatId }, start, start]);
    expect(told(again)).toEqual(['done', 'done', 'repeat']);
    const open = await store.getOpenChats(ursula);
    expect(open).toHaveLength(1);
    expect(open[0]?.chatId).not.toBe(chatId);
  });

  test('[P4] of many who take a chat in one batch the first has it', async () => {
    const { store } = await engine.open();
    const { chatId } = await startedChat(store, 'ursula');
    const takers = Array.from({ length: 32 }, (_, index) => admin(`admin-${index}`));
    const outcomes = await store.append(
      takers.map((actor) => ({ kind: 'assignment', actor, chatId })),
    );
    expect(told(outcomes)).toEqual(['done', ...Array(31).fill('already_assigned')]);
    const again = await done(store, { kind: 'assignment', actor: admin('admin-0'), chatId });
    expect(again).toMatchObject({ fresh: false, entry: null, chat: { adminId: 'admin-0' } });
    expect(await wholeTimeline(store, sybil, chatId)).toHaveLength(1);
  });

  test('a chat goes back into the queue, and its former admin can write no more', async () => {
    const { store } = await engine.open();
    const { chatId } = await startedChat(store, 'ursula', 'albert');
    const unassigned = await done(store, { kind: 'unassignment', actor: albert, chatId });
    expect(unassigned).toMatchObject({
      formerAdminId: 'albert',
      chat: { adminId: null, status: 'unassigned', assignedAt: null, assignedSeq: null },
      entry: { kind: 'unassignment', seq: 2, receiverId: 'ursula' },
    });
    const outcomes = await store.append([
      say(albert, chatId, 'still mine?'),
      { kind: 'unassignment', actor: albert, chatId },
      { kind: 'assignment', actor: berta, chatId },
      say(albert, chatId, 'still mine?'),
      say(berta, chatId, 'mine'),
    ]);
    expect(told(outcomes)).toEqual(['not_taken', 'not_taken', 'done', 'chat_not_found', 'done']);
    expect(await store.getChat(berta, chatId)).toMatchObject({ assignedSeq: 3, lastSeq: 4 });
  });

  test('[P6] each command by each stranger is refused as if there were no chat', async () => {
    const { store } = await engine.open();
    const { chatId } = await startedChat(store, 'ursula', 'albert');
    const kinds = ['message', 'end', 'mark', 'unassignment'] as const;
    const tries = (id: string) =>
      [user('victor'), berta].flatMap((actor) =>
        kinds.map((kind): Command => ({ kind, actor, chatId: id, content: 'let me in' })),
      );
    const foreign = told(await store.append(tries(chatId)));
    expect(new Set(foreign)).toEqual(new Set(['chat_not_found']));
    expect(told(await store.append(tries(ABSENT)))).toEqual(foreign);
    const asUser = await store.append([{ kind: 'assignment', actor: ursula, chatId }]);
    expect(told(asUser)).toEqual(['chat_not_found']);
    // The same commands, by those who may.
    const owners: Command[] = [say(ursula, chatId, 'hello'), say(albert, chatId, 'hello')];
    expect(told(await store.append(owners))).toEqual(['done', 'done']);
    expect(await wholeTimeline(store, sybil, chatId)).toHaveLength(3);
  });

  test('a supervisor ends and unassigns any chat, and writes into none but their own', async () => {
    const { store } = await engine.open();
    const { chatId } = await startedChat(store, 'ursula', 'albert');
    const outcomes = await store.append([
      say(sybil, chatId, 'may I?'),
      { kind: 'unassignment', actor: sybil, chatId },
      { kind: 'assignment', actor: sybil, chatId },
      say(sybil, chatId, 'I may now'),
      { kind: 'end', actor: supervisor('simon'), chatId },
    ]);
    expect(told(outcomes)).toEqual(['chat_not_found', 'done', 'done', 'done', 'done']);
  });

  test('[P5] nothing follows the end', async () => {
    const { store } = await engine.open();
    const { chatId } = await startedChat(store, 'ursula', 'albert');
    await done(store, { kind: 'end', actor: albert, chatId });
    const outcomes = await store.append([
      say(ursula, chatId, 'one more'),
      say(albert, chatId, 'one more'),
      { kind: 'end', actor: ursula, chatId },
      { kind: 'assignment', actor: albert, chatId },
      { kind: 'unassignment', actor: albert, chatId },
      { kind: 'assignment', actor: berta, chatId },
      { kind: 'end', actor: sybil, chatId },
    ]);
    const refusals = Array(5).fill('chat_ended');
    expect(told(outcomes)).toEqual([...refusals, 'chat_not_found', 'chat_ended']);
    expect(await wholeTimeline(store, sybil, chatId)).toHaveLength(2);
  });

  test('another receiver than the other participant is refused once there is one', async () => {
    const { store } = await engine.open();
    const { chatId } = await startedChat(store, 'ursula');
    const to = (actor: Command['actor'], receiverId: string | null): Command => ({
      ...{ kind: 'message', actor, chatId, content: 'to you', receiverId },
    });
    const waiting = await store.append([to(ursula, 'support'), to(ursula, '')]);
    expect(told(waiting)).toEqual(['done', 'done']);
    await done(store, { kind: 'assignment', actor: albert, chatId });
    const taken = await store.append([
      to(ursula, 'albert'),
      to(ursula, null),
      to(ursula, 'berta'),
      to(albert, 'ursula'),
      to(albert, 'victor'),
    ]);
    expect(told(taken)).toEqual(['done', 'done', 'other_receiver', 'done', 'other_receiver']);
  });

  test('marks rise, stay below the last seq, and are no entries', async () => {
    const { store } = await engine.open();
    const { chatId } = await startedChat(store, 'ursula', 'albert');
    await store.append([say(ursula, chatId, 'one'), say(ursula, chatId, 'two')]);
    const mark = async (actor: Command['actor'], marks: object) =>
      done(store, { kind: 'mark', actor, chatId, ...marks });
    const marksOf = async (actor: Command['actor'], marks: object) => {
      const { fresh, entry, chat } = await mark(actor, marks);
      expect(entry).toBeNull();
      return [fresh, chat.marks[actor.role === 'user' ? 'user' : 'admin']];
    };
    // Who writes has seen everything up to there.
    expect(await marksOf(ursula, {})).toEqual([false, { deliveredSeq: 3, seenSeq: 3 }]);
    expect(await marksOf(albert, { deliveredSeq: 2 })).toEqual([
      true,
      { deliveredSeq: 2, seenSeq: 1 },
    ]);
    expect(await marksOf(albert, { deliveredSeq: 1, seenSeq: 0 })).toEqual([
      false,
      { deliveredSeq: 2, seenSeq: 1 },
    ]);
    expect(await marksOf(albert, { seenSeq: Number.MAX_SAFE_INTEGER })).toEqual([
      true,
      { deliveredSeq: 3, seenSeq: 3 },
    ]);
    expect(await wholeTimeline(store, sybil, chatId)).toHaveLength(3);
    await done(store, { kind: 'end', actor: albert, chatId });
    expect(await marksOf(ursula, { seenSeq: 4 })).toEqual([true, { deliveredSeq: 4, seenSeq: 4 }]);
    const outcomes = await store.append([
      { kind: 'mark', actor: sybil, chatId, seenSeq: 4 },
      { kind: 'mark', actor: berta, chatId, seenSeq: 4 },
    ]);
    expect(told(outcomes)).toEqual(['chat_not_found', 'chat_not_found']);
    expect(await store.getChat(sybil, chatId)).toMatchObject({
      marks: { user: { seenSeq: 4 }, admin: { seenSeq: 4 } },
    });
  });
}
