/** Each row of the specification's tables, by stock clients that know nothing else: no ack, no key. */
import { expect, test } from 'vitest';
import type { Chat, Message } from '../../src/validations/chat.validation.js';
import { admin, client, names, pair, refusal, user } from '../support/clients.js';
import { sharedServer } from '../support/server.js';

const server = sharedServer();

test('a whole conversation in the words of the specification', async () => {
  const { url } = server();
  const ursula = await user(url, 'ursula');
  const albert = await admin(url, 'albert');
  const berta = await admin(url, 'berta');

  ursula.socket.emit('start_chat');
  const room = await albert.next<Chat>('new_chat_request');
  await berta.next('new_chat_request');
  expect(room).toMatchObject({ userId: 'ursula', adminId: null, status: 'unassigned', lastSeq: 0 });
  expect(await ursula.next('chat_started')).toEqual(room);
  const { chatId } = room;

  albert.socket.emit('get_unassigned_chats');
  expect(await albert.next('unassigned_chats')).toEqual([room]);

  albert.socket.emit('assign_chat', { chatId });
  for (const one of [ursula, albert, berta]) {
    expect(await one.next('chat_assigned')).toMatchObject({ chatId, adminId: 'albert', seq: 1 });
  }

  const fromUser = { chatId, senderId: 'ursula', receiverId: 'albert', content: 'Is it blue?' };
  ursula.socket.emit('user_message', fromUser);
  const asked = await albert.next<Message>('new_message');
  expect(asked).toMatchObject({ ...fromUser, seq: 2, kind: 'message', senderRole: 'user' });
  expect(await ursula.next('new_message')).toEqual(asked);

  const fromAdmin = { chatId, senderId: 'albert', receiverId: 'ursula', content: 'It is.' };
  albert.socket.emit('admin_message', fromAdmin);
  const answered = await ursula.next<Message>('new_message', ({ seq }) => seq === 3);
  expect(answered).toMatchObject({ ...fromAdmin, senderRole: 'admin' });
  expect(await albert.next<Message>('new_message', ({ seq }) => seq === 3)).toEqual(answered);

  ursula.socket.emit('end_chat', { chatId });
  for (const one of [ursula, albert]) {
    expect(await one.next('chat_ended')).toMatchObject({ chatId, endedBy: 'ursula', seq: 4 });
  }
  expect(berta.all('new_message')).toEqual([]);
  expect(berta.all('chat_ended')).toEqual([]);
});

test('an admin ends a chat too', async () => {
  const { url } = server();
  const { user: ursula, admin: albert, chatId } = await pair(url, ...names('ursula', 'albert'));
  albert.socket.emit('end_chat', { chatId });
  expect(await ursula.next('chat_ended')).toMatchObject({ chatId, endedBy: albert.id });
  expect(await albert.next('chat_ended')).toMatchObject({ chatId, endedBy: albert.id });
});

test('a chat that its user ends while it waits leaves every queue', async () => {
  const { url } = server();
  const [ursulaId, albertId] = names('ursula', 'albert');
  const albert = await admin(url, albertId);
  const ursula = await user(url, ursulaId);
  const { chatId } = await ursula.do('start_chat');
  ursula.socket.emit('end_chat', { chatId });
  expect(await albert.next('chat_ended')).toMatchObject({ chatId, endedBy: ursulaId });
  expect(await albert.do('get_unassigned_chats')).toEqual({ chats: [], nextCursor: null });
});

test.each(['user', 'admin'] as const)('/%s without its id says what is missing', async (side) => {
  const { url } = server();
  const nobody = client(url, side, '', { query: {} });
  expect((await refusal(nobody)).message).toContain(`${side}Id is missing`);
  const blank = client(url, side, '');
  expect((await refusal(blank)).message).toContain(`${side}Id is missing`);
});

test('a mistake is told by `error`, to the one who made it', async () => {
  const { url } = server();
  const { user: ursula, admin: albert } = await pair(url, ...names('ursula', 'albert'));
  ursula.socket.emit('user_message', { chatId: 'nonsense', content: 'lost?' });
  expect(await ursula.next('error')).toEqual({
    message: 'The payload is not valid.',
    code: 'invalid_payload',
    event: 'user_message',
    details: ['chatId must be the id of a chat'],
  });
  ursula.socket.emit('assign_chat', {});
  expect(await ursula.next('error', ({ code }) => code === 'unknown_event')).toEqual({
    message: 'There is no such event here.',
    code: 'unknown_event',
    event: null,
  });
  expect(albert.all('error')).toEqual([]);
});
