/** Many at once: one chat, one owner, one message, one end, whatever the order of arrival. */
import { expect, test } from 'vitest';
import type { ChatAssigned, Message } from '../../src/validations/chat.validation.js';
import { admin, type Client, names, pair, supervisor, user } from '../support/clients.js';
import { tally, times } from '../support/many.js';
import { rest } from '../support/rest.js';
import { sharedServer } from '../support/server.js';

const server = sharedServer({ env: { RATE_LIMITS: 'off' } });

test('[P4] of 32 admins who take one chat at once, one wins and 31 are told so', async () => {
  const { url } = server();
  const [ursulaId, crowd] = names('ursula', 'admin');
  const ursula = await user(url, ursulaId);
  const admins = await times(32, (index) => admin(url, `${crowd}-${index}`));
  const { chatId } = await ursula.do('start_chat');

  const answers = await Promise.all(admins.map((one) => one.ask('assign_chat', { chatId })));
  const codes = answers.map((answer) => (answer.ok ? 'won' : answer.error.code));
  expect(tally(codes)).toEqual({ won: 1, already_assigned: 31 });

  const winner = admins[codes.indexOf('won')] as Client<'admin'>;
  const assigned = await ursula.next<ChatAssigned>('chat_assigned');
  expect(assigned).toMatchObject({ chatId, adminId: winner.id, seq: 1 });
  for (const one of admins) {
    await one.caughtUp();
    const heard = one.all<ChatAssigned>('chat_assigned').filter((news) => news.chatId === chatId);
    expect(heard, one.id).toEqual([assigned]);
  }
  await ursula.caughtUp();
  expect(ursula.all('chat_assigned')).toHaveLength(1);

  // Those who lost can write nothing.
  const losers = admins.filter((one) => one !== winner);
  const tries = losers.map((one) => one.refused('admin_message', { chatId, content: 'mine' }));
  expect(tally(await Promise.all(tries))).toEqual({ chat_not_found: 31 });
  const { messages } = await winner.do('get_messages', { chatId, afterSeq: 0 });
  expect(messages.map(({ kind, senderId }) => [kind, senderId])).toEqual([
    ['assignment', winner.id],
  ]);
});

test('[P4] the admin who has a chat may take it again, and nothing is written', async () => {
  const { user: ursula, admin: albert, chatId } = await pair(server().url, ...names('u', 'a'));
  const again = await albert.do('assign_chat', { chatId });
  expect(again).toMatchObject({ adminId: albert.id, lastSeq: 1, assignedSeq: 1 });
  await albert.caughtUp();
  const heard = albert.all<ChatAssigned>('chat_assigned');
  expect(heard.filter((news) => news.chatId === chatId)).toHaveLength(2);
  await ursula.caughtUp();
  expect(ursula.all('chat_assigned')).toHaveLength(1);
});

test('[P4] an admin whose chat was taken away can write, read and hear nothing more', async () => {
  const { url } = server();
  const [ursulaId, albertId, bertaId, sonjaId] = names('ursula', 'albert', 'berta', 'sonja');
  const { user: ursula, admin: albert, chatId } = await pair(url, ursulaId, albertId);
  const [berta, sonja] = await Promise.all([admin(url, bertaId), supervisor(url, sonjaId)]);
  await sonja.do('unassign_chat', { chatId });
  await albert.next('chat_unassigned');
  await berta.do('assign_chat', { chatId });
  await albert.next<ChatAssigned>('chat_assigned', ({ adminId }) => adminId === bertaId);
  const heardBefore = albert.received.length;

  expect(await albert.refused('admin_message', { chatId, content: 'still me' })).toBe(
    'chat_not_found',
  );
  expect(await albert.refused('end_chat', { chatId })).toBe('chat_not_found');
  expect(await albert.refused('unassign_chat', { chatId })).toBe('chat_not_found');
  expect(await albert.refused('mark_messages', { chatId, seenSeq: 1 })).toBe('chat_not_found');
  expect(await albert.refused('typing', { chatId, typing: true })).toBe('chat_not_found');
  expect(await albert.refused('get_messages', { chatId })).toBe('chat_not_found');

  await ursula.do('user_message', { chatId, content: 'for berta only' });
  await berta.next('new_message');
  await albert.caughtUp();
  const since = albert.received.slice(heardBefore);
  expect(since.filter(({ event }) => event !== 'error')).toEqual([]);
  const { messages } = await berta.do('get_messages', { chatId, afterSeq: 0 });
  expect(messages.map(({ seq, kind }) => [seq, kind])).toEqual([
    [1, 'assignment'],
    [2, 'unassignment'],
    [3, 'assignment'],
    [4, 'message'],
  ]);
});

test('[P4] ten start_chat at once, by two tabs and over HTTP, are one chat', async () => {
  const { url } = server();
  const [id, albertId] = names('ursula', 'albert');
  const [albert, ...tabs] = await Promise.all([admin(url, albertId), user(url, id), user(url, id)]);
  const chatIds = await times(10, async (index) => {
    const tab = tabs[index % 3];
    if (tab) return (await tab.do('start_chat')).chatId;
    const { data } = await rest(url, 'user', 'start_chat', {}, { id });
    return data.chatId;
  });
  expect(new Set(chatIds).size).toBe(1);
  await albert.caughtUp();
  const requests = albert.all('new_chat_request').filter(({ userId }) => userId === id);
  expect(requests).toHaveLength(1);
  const { data } = await rest(url, 'user', 'get_chats', {}, { id });
  expect(data.chats).toHaveLength(1);
});

test('[P2] a hundred repeats of one clientMessageId are one message with equal acks', async () => {
  const { url } = server();
  const { user: ursula, admin: albert, chatId } = await pair(url, ...names('ursula', 'albert'));
  const tab = await user(url, ursula.id);
  const message = { chatId, content: 'once', clientMessageId: 'k-1' };

  const acks = await times(100, async (index) => {
    const by = [ursula, tab][index % 3];
    if (by) return JSON.stringify(await by.do('user_message', message));
    return (await rest(url, 'user', 'user_message', message, { id: ursula.id })).text;
  });
  expect(new Set(acks).size).toBe(1);
  const stored = JSON.parse(acks[0] as string) as Message;

  for (const one of [ursula, tab, albert]) {
    await one.caughtUp();
    expect(one.all('new_message'), one.id).toEqual([stored]);
  }
  const { messages } = await albert.do('get_messages', { chatId, afterSeq: 1 });
  expect(messages).toEqual([stored]);
});

test('[P2] the same clientMessageId with another body is refused', async () => {
  const { user: ursula, admin: albert, chatId } = await pair(server().url, ...names('u', 'a'));
  const first = await ursula.do('user_message', { chatId, content: 'one', clientMessageId: 'k' });
  const other = { chatId, content: 'two', clientMessageId: 'k' };
  expect(await ursula.refused('user_message', other)).toBe('duplicate_id');
  // Raced: whoever comes first is the message, and only the others of its body are repeats of it.
  const bodies = await times(20, async (index) => {
    const raced = { chatId, content: `body ${index % 2}`, clientMessageId: 'raced' };
    const answer = await ursula.ask('user_message', raced);
    return answer.ok ? answer.data.content : answer.error.code;
  });
  const kept = bodies.find((body) => body !== 'duplicate_id') as string;
  expect(tally(bodies)).toEqual({ [kept]: 10, duplicate_id: 10 });

  // A key is the sender's own: the other side may use it too, and so may another chat.
  await albert.do('admin_message', { chatId, content: 'one', clientMessageId: 'k' });
  const { messages } = await ursula.do('get_messages', { chatId, afterSeq: first.seq });
  expect(messages.map(({ content, senderRole }) => [content, senderRole])).toEqual([
    [kept, 'user'],
    ['one', 'admin'],
  ]);
  await ursula.do('end_chat', { chatId });
  const { chatId: next } = await ursula.do('start_chat');
  const again = { chatId: next, content: 'two', clientMessageId: 'k' };
  expect(await ursula.do('user_message', again)).toMatchObject({ chatId: next, content: 'two' });
});

test('[P2] a repeat gets its first ack also when the chat has ended since', async () => {
  const { user: ursula, admin: albert, chatId } = await pair(server().url, ...names('u', 'a'));
  const message = { chatId, content: 'did it arrive?', clientMessageId: 'k' };
  const first = await ursula.do('user_message', message);
  await albert.do('end_chat', { chatId });
  expect(await ursula.do('user_message', message)).toEqual(first);
  const { messages } = await ursula.do('get_messages', { chatId, afterSeq: first.seq });
  expect(messages.map(({ kind }) => kind)).toEqual(['end']);
});

test('[P5] a thousand ends against a thousand sends: one end, and nothing follows it', async () => {
  const { url } = server();
  const { user: ursula, admin: albert, chatId } = await pair(url, ...names('ursula', 'albert'));
  const senders = await times(5, () => user(url, ursula.id));
  const enders = await times(5, () => admin(url, albert.id));

  const sending = times(100, async (index) => {
    const codes: string[] = [];
    const by = senders[index % 5] as Client<'user'>;
    for (let n = 0; n < 10; n++) {
      const answer = await by.ask('user_message', { chatId, content: `${index}/${n}` });
      codes.push(answer.ok ? 'sent' : answer.error.code);
    }
    return codes;
  });
  await albert.next('new_message', ({ seq }) => Number(seq) > 100);
  const ends = await times(1000, async (index) => {
    const answer = await (enders[index % 5] as Client<'admin'>).ask('end_chat', { chatId });
    return answer.ok ? 'ended' : answer.error.code;
  });
  const sends = tally((await sending).flat());
  expect(tally(ends)).toEqual({ ended: 1, chat_ended: 999 });
  expect(sends).toEqual({ sent: expect.any(Number), chat_ended: expect.any(Number) });

  // The assignment, every message that was acked, the end: without a gap, and then nothing.
  const lastSeq = 1 + (sends.sent ?? 0) + 1;
  const { seq: endSeq } = await albert.next<{ seq: number }>('chat_ended');
  expect(endSeq).toBe(lastSeq);
  const { messages } = await ursula.do('get_messages', { chatId, beforeSeq: lastSeq + 1 });
  expect(messages.at(-1)).toMatchObject({ kind: 'end', seq: lastSeq });
  expect((await ursula.do('get_messages', { chatId, afterSeq: lastSeq })).messages).toEqual([]);
  for (const one of [ursula, albert, ...senders, ...enders]) {
    await one.caughtUp();
    const seqs = one.received
      .filter(({ event }) => event === 'new_message' || event === 'chat_ended')
      .map(({ data }) => (data as Message).seq);
    expect(seqs, one.id).toEqual(Array.from({ length: lastSeq - 1 }, (_, index) => index + 2));
  }
});
