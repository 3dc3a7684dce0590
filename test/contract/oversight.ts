/** Revocations, the audit log, and people who are exported, erased, or of age. */
import { expect, test } from 'vitest';
import type { AuditEntry, ExportPage, OversightStore } from '../../src/store/OversightStore.js';
import {
  admin,
  allChats,
  done,
  type Engine,
  startedChat,
  supervisor,
  user,
  wholeTimeline,
} from './engine.js';

const HOUR = 3_600_000;
const sybil = supervisor('sybil');

const entry = (action: string, others: Partial<AuditEntry> = {}): AuditEntry => ({
  at: Date.now(),
  actor: 'admin:sybil',
  action,
  subject: null,
  address: null,
  details: null,
  ...others,
});

async function exported(store: OversightStore, userId: string): Promise<ExportPage['chats']> {
  const chats: ExportPage['chats'] = [];
  let after: ExportPage['next'] = null;
  do {
    const page: ExportPage = await store.exportUser(userId, after);
    for (const one of page.chats) {
      const known = chats.find(({ chat }) => chat.chatId === one.chat.chatId);
      if (known) known.entries.push(...one.entries);
      else chats.push(one);
    }
    after = page.next;
  } while (after);
  return chats;
}

export function oversightContract(engine: Engine): void {
  test('a token is revoked for good, an identity for the proofs of before', async () => {
    const opened = await engine.open();
    const { oversight } = opened;
    const now = Date.now();
    await oversight.revoke({ subject: 'token', revokedAt: now, expiresAt: now + HOUR });
    await oversight.revoke({ subject: 'identity', revokedAt: now, expiresAt: null });
    const answers = (store: OversightStore) =>
      Promise.all([
        store.isRevoked('token', 'someone', now + HOUR),
        store.isRevoked('another', 'someone', 0),
        store.isRevoked('another', 'identity', now),
        store.isRevoked(null, 'identity', now + 1),
      ]);
    expect(await answers(oversight)).toEqual([true, false, true, false]);
    const { oversight: after } = await opened.reopen();
    expect(await answers(after)).toEqual([true, false, true, false]);
  });

  test('a later revocation of the same counts; those of ended tokens are forgotten', async () => {
    const { oversight } = await engine.open();
    const now = Date.now();
    await oversight.revoke({ subject: 'ended', revokedAt: now, expiresAt: now - 1 });
    await oversight.revoke({ subject: 'identity', revokedAt: now - HOUR, expiresAt: null });
    await oversight.revoke({ subject: 'identity', revokedAt: now, expiresAt: null });
    expect(await oversight.isRevoked(null, 'identity', now - 1)).toBe(true);
    expect(await oversight.isRevoked('ended', '', 0)).toBe(false);
    await oversight.scrub();
    const latest = [{ subject: 'identity', revokedAt: now, expiresAt: null }];
    expect(await oversight.revokedSince(now - 1000)).toEqual(latest);
    expect(await oversight.revokedSince(now + 1)).toEqual([]);
  });

  test('the audit log gives pages, newest first, and loses nothing', async () => {
    const opened = await engine.open();
    const whole = entry('get_messages', { subject: 'chat:x', address: '192.0.2.1', details: '{}' });
    await opened.oversight.addAudit([entry('first'), entry('second')]);
    await opened.oversight.addAudit([whole]);
    const { oversight } = await opened.reopen();
    const page = await oversight.getAudit(null, 2);
    expect(page.entries.map(({ action }) => action)).toEqual(['get_messages', 'second']);
    expect(page.entries[0]).toMatchObject(whole);
    const rest = await oversight.getAudit(page.nextCursor, 2);
    expect(rest.entries.map(({ action }) => action)).toEqual(['first']);
    expect(rest.nextCursor).toBeNull();
  });

  test('an export has every chat and every entry of the user, in order, and nobody else’s', async () => {
    const { store, oversight } = await engine.open();
    const written: string[][] = [];
    for (const count of [0, 250, 200, 1]) {
      const { chatId } = await startedChat(store, 'ursula', 'ana');
      const contents = Array.from({ length: count }, (_, number) => `line ${number}`);
      await store.append(
        contents.map((content) => ({ kind: 'message', actor: user('ursula'), chatId, content })),
      );
      await done(store, { kind: 'end', actor: admin('ana'), chatId });
      written.push(contents);
    }
    const foreign = await startedChat(store, 'ulrich', 'ana');
    await done(store, {
      kind: 'message',
      actor: user('ulrich'),
      chatId: foreign.chatId,
      content: 'not yours',
    });
    await startedChat(store, 'ursula');
    const chats = await exported(oversight, 'ursula');
    expect(chats.length).toBe(5);
    expect(
      chats.slice(0, 4).map(({ entries }) => entries.slice(1, -1).map(({ content }) => content)),
    ).toEqual(written);
    for (const { chat, entries } of chats) {
      expect(chat.userId).toBe('ursula');
      expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
      expect(entries.length).toBe(chat.lastSeq);
    }
    expect(await exported(oversight, 'nobody')).toEqual([]);
  });

  test('a revocation for a while is over by itself, and makes none for good any shorter', async () => {
    const { oversight } = await engine.open();
    const now = Date.now();
    const isRevoked = (subject: string) => oversight.isRevoked(null, subject, now - HOUR);
    await oversight.revoke({ subject: 'over', revokedAt: now, expiresAt: now });
    await oversight.revoke({ subject: 'for a while', revokedAt: now, expiresAt: now + HOUR });
    expect([await isRevoked('over'), await isRevoked('for a while')]).toEqual([false, true]);
    for (const expiresAt of [null, now]) {
      await oversight.revoke({ subject: 'for good', revokedAt: now, expiresAt });
    }
    expect(await isRevoked('for good')).toBe(true);
  });

  test('who is kept nowhere cannot be erased, and stays off the record', async () => {
    const { store, oversight } = await engine.open();
    await startedChat(store, 'ursula', 'ana');
    expect(await oversight.eraseUser('nobody', entry('erase_user'))).toBeNull();
    expect((await oversight.getAudit(null, 10)).entries).toEqual([]);
    // Whom only the record names is somebody.
    await oversight.addAudit([entry('revoke_identity', { subject: 'user:ulla' })]);
    expect(await oversight.eraseUser('ulla', entry('erase_user'))).toMatchObject({ messages: 0 });
    expect(JSON.stringify(await oversight.getAudit(null, 10))).not.toContain('ulla');
  });

  test('an erased user’s messages keep their places, and nothing else', async () => {
    const opened = await engine.open();
    const { store, oversight } = opened;
    const { chatId } = await startedChat(store, 'ursula', 'ana');
    const say = (actor: typeof sybil, content: string, clientMessageId: string) =>
      done(store, { kind: 'message', actor, chatId, content, clientMessageId });
    await say(user('ursula'), 'my card is 4711', 'one');
    await say(admin('ana'), 'dear Ursula Underwood', 'two');
    const others = await startedChat(store, 'ulrich', 'ana');
    await done(store, {
      kind: 'message',
      actor: user('ulrich'),
      chatId: others.chatId,
      content: 'mine',
    });
    await oversight.addAudit([entry('revoke_identity', { subject: 'user:ursula' })]);

    // An open chat has to be ended first.
    expect(await oversight.eraseUser('ursula', entry('erase_user'))).toEqual({
      openChatId: chatId,
    });
    expect((await wholeTimeline(store, sybil, chatId)).length).toBe(3);
    await done(store, { kind: 'end', actor: user('ursula'), chatId });

    const before = await wholeTimeline(store, sybil, chatId);
    const erased = await oversight.eraseUser('ursula', entry('erase_user', { address: 'here' }));
    if (!erased || 'openChatId' in erased) throw new Error('the chat is ended');
    expect(erased).toMatchObject({ chats: [{ chatId, adminId: 'ana' }], messages: 2 });
    const { pseudonym } = erased;
    expect(pseudonym).toMatch(/^erased_[\w-]{16}$/);

    const after = await wholeTimeline(store, sybil, chatId);
    expect(after.map(({ seq, kind }) => [seq, kind])).toEqual(
      before.map(({ seq, kind }) => [seq, kind]),
    );
    for (const one of after.filter(({ kind }) => kind === 'message')) {
      expect(one).toMatchObject({ content: '', erasedAt: expect.any(String) });
      expect(one.clientMessageId).toBeUndefined();
    }
    expect(JSON.stringify([after, await allChats(store)])).not.toContain('ursula');
    expect(after.map(({ senderId }) => senderId)).toEqual(['ana', pseudonym, 'ana', pseudonym]);
    const [chat] = (await allChats(store)).slice(-1);
    expect(chat).toMatchObject({
      userId: pseudonym,
      adminId: 'ana',
      endedBy: pseudonym,
      lastSeq: 4,
    });

    // Nobody else's are touched, and the deed is on record without the name.
    expect((await wholeTimeline(store, sybil, others.chatId)).at(-1)?.content).toBe('mine');
    const { entries } = await oversight.getAudit(null, 10);
    expect(JSON.stringify(entries)).not.toContain('ursula');
    expect(entries).toMatchObject([
      {
        action: 'erase_user',
        subject: `user:${pseudonym}`,
        address: 'here',
        details: '{"chats":1,"messages":2}',
      },
      { action: 'revoke_identity', subject: `user:${pseudonym}` },
    ]);
    // They may come back, as somebody new.
    const again = await startedChat(store, 'ursula');
    expect(again.chatId).not.toBe(chatId);
    expect(await exported(oversight, 'ursula')).toMatchObject([{ entries: [] }]);
  });

  test('chats of age are deleted, a bounded number at once, and no others', async () => {
    const { store, oversight, tamper } = await engine.open();
    const users = Array.from({ length: 130 }, (_, number) => user(`user-${number}`));
    const started = await store.append(users.map((actor) => ({ kind: 'start', actor })));
    const ids = started.map((outcome) => ('chat' in outcome ? outcome.chat.chatId : ''));
    await store.append(
      ids.map((chatId, number) => {
        const actor = users[number] ?? sybil;
        return { kind: 'message', actor, chatId, content: 'x' };
      }),
    );
    await store.append(ids.slice(1).map((chatId) => ({ kind: 'end', actor: sybil, chatId })));
    const old = Date.now() - 10 * HOUR;
    await tamper(
      `update chats set ended_at = ${old} where status = 'ended' and chat_id <> '${ids[1]}'`,
    );
    const deleted: number[] = [];
    for (let some = -1; some !== 0; ) {
      some = await oversight.deleteEndedBefore(old + 1);
      deleted.push(some);
    }
    expect(deleted.at(-1)).toBe(0);
    expect(Math.max(...deleted)).toBeLessThanOrEqual(100);
    expect(deleted.reduce((sum, some) => sum + some, 0)).toBe(128);
    expect((await allChats(store)).map(({ chatId }) => chatId)).toEqual([ids[1], ids[0]]);
    expect((await wholeTimeline(store, sybil, ids[0] as string)).length).toBe(1);
    const gone = await store.getMessages(sybil, { chatId: ids[5] as string, limit: 10 });
    expect(gone).toEqual({ refused: 'chat_not_found' });
  });
}
