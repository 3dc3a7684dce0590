/** [P2] The same sender, chat and `clientMessageId` is one message, however often it is sent. */
import { expect, test } from 'vitest';
import type { SendMessage, Sent } from '../../src/timeline/commands.js';
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

export function onceContract(engine: Engine): void {
  const setUp = async () => {
    const opened = await engine.open();
    const { chatId } = await startedChat(opened.store, 'ursula', 'albert');
    const send: SendMessage = {
      ...{ kind: 'message', actor: user('ursula'), chatId },
      ...{ content: 'once', clientMessageId: 'key-1' },
    };
    return { ...opened, opened, chatId, send };
  };

  test('a hundred repeats in one batch and across batches: one message, equal answers', async () => {
    const { store, send, chatId } = await setUp();
    const batch = Array(50).fill(send);
    const outcomes = [...(await store.append(batch)), ...(await store.append(batch))];
    expect(told(outcomes)).toEqual(['done', ...Array(99).fill('repeat')]);
    const [first] = outcomes as Sent[];
    for (const outcome of outcomes as Sent[]) expect(outcome.entry).toEqual(first?.entry);
    expect(await wholeTimeline(store, user('ursula'), chatId)).toHaveLength(2);
  });

  test('a repeat after a restart is recognised', async () => {
    const { opened, send } = await setUp();
    const { entry } = await done(opened.store, send);
    const { store } = await opened.reopen();
    expect(await done(store, send)).toMatchObject({ fresh: false, entry });
  });

  test('the same key with another body is refused, in one batch and across batches', async () => {
    const { store, send, chatId } = await setUp();
    const other = { ...send, content: 'twice' };
    const outcomes = await store.append([send, other, send]);
    expect(told(outcomes)).toEqual(['done', 'duplicate_id', 'repeat']);
    expect(told(await store.append([other]))).toEqual(['duplicate_id']);
    expect(await wholeTimeline(store, user('ursula'), chatId)).toHaveLength(2);
  });

  test('a key is the sender’s and the chat’s own', async () => {
    const { store, send, chatId } = await setUp();
    const victors = await startedChat(store, 'victor', 'albert');
    const outcomes = await store.append([
      send,
      { ...send, actor: admin('albert') },
      { ...send, actor: admin('albert'), chatId: victors.chatId },
      { ...send, actor: user('victor'), chatId: victors.chatId },
      { ...send, clientMessageId: 'KEY-1' },
    ]);
    expect(told(outcomes)).toEqual(Array(5).fill('done'));
    expect(await wholeTimeline(store, user('ursula'), chatId)).toHaveLength(4);
  });

  test('a user and an admin of one name are two senders; a supervisor and an admin are one', async () => {
    const { store } = await engine.open();
    const { chatId } = await startedChat(store, 'sam', 'sam');
    const send: SendMessage = {
      ...{ kind: 'message', actor: user('sam'), chatId },
      ...{ content: 'once', clientMessageId: 'key-1' },
    };
    const outcomes = await store.append([
      send,
      { ...send, actor: admin('sam') },
      { ...send, actor: supervisor('sam') },
    ]);
    expect(told(outcomes)).toEqual(['done', 'done', 'repeat']);
    const [asUser, asAdmin] = outcomes as Sent[];
    expect(asUser?.entry.senderRole).toBe('user');
    expect(asAdmin?.entry.senderRole).toBe('admin');
  });

  test('a repeat gets its first answer also after the end, and when the chat went elsewhere', async () => {
    const { store, send, chatId } = await setUp();
    const byAdmin = { ...send, actor: admin('albert') };
    const [mine, theirs] = (await store.append([send, byAdmin])) as [Sent, Sent];
    await store.append([
      { kind: 'unassignment', actor: admin('albert'), chatId },
      { kind: 'assignment', actor: admin('berta'), chatId },
      { kind: 'end', actor: admin('berta'), chatId },
    ]);
    const outcomes = await store.append([send, byAdmin, { ...byAdmin, clientMessageId: 'key-2' }]);
    expect(told(outcomes)).toEqual(['repeat', 'repeat', 'chat_not_found']);
    expect((outcomes[0] as Sent).entry).toEqual(mine.entry);
    expect((outcomes[1] as Sent).entry).toEqual(theirs.entry);
  });

  test('a key that was refused may be used again', async () => {
    const { store, chatId } = await setUp();
    const send: SendMessage = {
      ...{ kind: 'message', actor: admin('berta'), chatId },
      ...{ content: 'mine?', clientMessageId: 'key-1' },
    };
    expect(told(await store.append([send]))).toEqual(['chat_not_found']);
    await done(store, { kind: 'unassignment', actor: admin('albert'), chatId });
    const outcomes = await store.append([
      send,
      { kind: 'assignment', actor: admin('berta'), chatId },
      send,
    ]);
    expect(told(outcomes)).toEqual(['not_taken', 'done', 'done']);
  });
}
