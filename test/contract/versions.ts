/** Data of this version, of none, and of a later one. */
import { expect, test } from 'vitest';
import { StoreUnavailable } from '../../src/store/ChatStore.js';
import { done, type Engine, startedChat, user, wholeTimeline } from './engine.js';

export function versionsContract(engine: Engine): void {
  test('data that is of this version already stays as it is', async () => {
    let opened = await engine.open();
    const { chatId } = await startedChat(opened.store, 'ursula');
    for (const seq of [1, 2, 3]) {
      const send = { kind: 'message', actor: user('ursula'), chatId, content: `${seq}` } as const;
      expect((await done(opened.store, send)).entry.seq).toBe(seq);
      opened = await opened.reopen();
    }
    expect(await wholeTimeline(opened.store, user('ursula'), chatId)).toHaveLength(3);
  });

  test('data of a later version is refused with a line for the operator, and left alone', async () => {
    const opened = await engine.open();
    const { chatId } = await startedChat(opened.store, 'ursula');
    const from = "insert into kysely_migration (name, timestamp) values ('9999_later', '2099')";
    await opened.tamper(from);
    for (let time = 0; time < 2; time++) {
      const refused = await opened.reopen().catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(StoreUnavailable);
      expect((refused as StoreUnavailable).fatal).toBe(true);
      expect((refused as StoreUnavailable).message).toMatch(/newer version of Chat Server/);
    }
    await opened.tamper("delete from kysely_migration where name = '9999_later'");
    const { store } = await opened.reopen();
    expect(await store.getChat(user('ursula'), chatId)).toMatchObject({ chatId });
  });
}
