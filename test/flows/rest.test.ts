/** The same over HTTP: each route, its status, and that what is done there is seen live. */
import { expect, test } from 'vitest';
import { BODY_LIMIT } from '../../src/http/api.js';
import type { Chat } from '../../src/validations/chat.validation.js';
import { clientEvents } from '../../src/validations/events.js';
import { admin, names, pair, user } from '../support/clients.js';
import { post, request, rest } from '../support/rest.js';
import { sharedServer, startServer } from '../support/server.js';

const server = sharedServer();

test('a whole conversation over HTTP, heard live on sockets', async () => {
  const { url } = server();
  const [id, adminId] = names('ursula', 'albert');
  const [ursula, albert] = await Promise.all([user(url, id), admin(url, adminId)]);

  const started = await rest(url, 'user', 'start_chat', {}, { id });
  expect(started.status).toBe(201);
  expect(await ursula.next('chat_started')).toEqual(started.data);
  expect(await albert.next('new_chat_request')).toEqual(started.data);
  const { chatId } = started.data;
  const again = await rest(url, 'user', 'start_chat', {}, { id });
  expect([again.status, again.data.chatId]).toEqual([200, chatId]);

  const queue = await rest(url, 'admin', 'get_unassigned_chats', {}, { id: adminId });
  expect(queue.data.chats.map((chat) => chat.chatId)).toContain(chatId);
  expect(albert.all('unassigned_chats')).toEqual([]);

  const taken = await rest(url, 'admin', 'assign_chat', { chatId }, { id: adminId });
  expect([taken.status, taken.data.adminId]).toEqual([201, adminId]);
  expect(await ursula.next('chat_assigned')).toMatchObject({ chatId, adminId, seq: 1 });

  const message = { chatId, content: 'Is it blue?', clientMessageId: 'k' };
  const sent = await rest(url, 'user', 'user_message', message, { id });
  expect(sent.status).toBe(201);
  expect(await albert.next('new_message')).toEqual(sent.data);
  const repeat = await rest(url, 'user', 'user_message', message, { id });
  expect([repeat.status, repeat.text]).toEqual([200, sent.text]);
  const other = await rest(url, 'user', 'user_message', { ...message, content: 'Red?' }, { id });
  expect([other.status, other.error?.code]).toEqual([409, 'duplicate_id']);
  const reply = { chatId, content: 'It is.' };
  const answered = await rest(url, 'admin', 'admin_message', reply, { id: adminId });
  expect(await ursula.next('new_message', ({ seq }) => seq === 3)).toEqual(answered.data);

  const marked = await rest(url, 'user', 'mark_messages', { chatId, seenSeq: 3 }, { id });
  expect(marked.data).toEqual({ chatId, side: 'user', deliveredSeq: 3, seenSeq: 3 });
  expect(await albert.next('messages_marked')).toEqual(marked.data);

  const presence = await rest(url, 'admin', 'get_user_presence', { chatId }, { id: adminId });
  expect(presence.data).toEqual({ userId: id, online: true, page: null });
  const overview = await rest(url, 'admin', 'get_overview', {}, { id: adminId });
  expect(overview.data.active).toBeGreaterThan(0);

  // Reading is the same to the last field.
  const query = { chatId, afterSeq: 1, limit: 2 };
  const page = await rest(url, 'user', 'get_messages', query, { id });
  expect(page.data).toEqual({ messages: [sent.data, answered.data], hasMore: false });
  expect(await ursula.do('get_messages', query)).toEqual(page.data);
  const open = await rest(url, 'user', 'get_chats', { status: 'open', limit: 1 }, { id });
  expect(await ursula.do('get_chats', { status: 'open', limit: 1 })).toEqual(open.data);
  const own = await rest(url, 'admin', 'get_chats', {}, { id: adminId });
  expect(own.data.chats.map((chat) => chat.chatId)).toEqual([chatId]);

  const released = await rest(url, 'admin', 'unassign_chat', { chatId }, { id: adminId });
  expect(released.data).toMatchObject({ adminId: null, status: 'unassigned' });
  const ended = await rest(url, 'user', 'end_chat', { chatId }, { id });
  expect(await ursula.next('chat_ended')).toEqual(ended.data);
  const late = await rest(url, 'user', 'user_message', { chatId, content: 'wait' }, { id });
  expect([late.status, late.error?.code]).toEqual([409, 'chat_ended']);
});

test.each(
  (['user', 'admin'] as const).flatMap((namespace) =>
    Object.entries(clientEvents[namespace])
      .filter(([, { route }]) => route === null)
      .map(([event]) => [namespace, event] as const),
  ),
)('%s %s has no route: it means something only while one is connected', async (side, event) => {
  const { url } = server();
  const { user: ursula, admin: albert, chatId } = await pair(url, ...names('ursula', 'albert'));
  const claim = side === 'user' ? `userId=${ursula.id}` : `adminId=${albert.id}`;
  for (const path of [`chats/${chatId}/${event}`, event]) {
    const answer = await post(url, `/api/v1/${side}/${path}?${claim}`, { chatId });
    expect([answer.status, answer.error?.code]).toEqual([404, 'unknown_event']);
  }
});

test('mistakes are told by status and code', async () => {
  const { url } = server();
  const { user: ursula, chatId } = await pair(url, ...names('ursula', 'albert'));
  const chats = `/api/v1/user/chats`;
  const address = new URL(`${chats}/${chatId}/messages?userId=${ursula.id}`, url);
  const send = (body: string | Buffer, type = 'application/json') =>
    request(address, { method: 'POST', headers: { 'content-type': type }, body });
  const codeOf = async (answer: ReturnType<typeof request>) => {
    const { status, error } = await answer;
    return `${status} ${error?.code}`;
  };

  expect(await codeOf(send('{"content": '))).toBe('400 invalid_payload');
  expect(await codeOf(send('["content"]'))).toBe('400 invalid_payload');
  expect(await codeOf(send('"content"'))).toBe('400 invalid_payload');
  expect(await codeOf(send('content=x', 'application/x-www-form-urlencoded'))).toBe(
    '400 invalid_payload',
  );
  expect(await codeOf(send(`{"content": "${'x'.repeat(BODY_LIMIT)}"}`))).toBe(
    '413 payload_too_large',
  );
  expect(await codeOf(request(new URL(chats, url)))).toBe('401 unauthorized');
  expect(await codeOf(request(new URL(`${chats}?userId[]=a`, url)))).toBe('401 unauthorized');
  expect(await codeOf(request(new URL(`${chats}?userId=a&userId=b`, url)))).toBe(
    '401 unauthorized',
  );
  for (const path of ['/api/v1', '/api/v2/user/chats', '/api/v1/nobody', '/nowhere']) {
    expect(await codeOf(request(new URL(path, url)))).toBe('404 unknown_event');
  }
  expect(await codeOf(request(address, { method: 'DELETE' }))).toBe('404 unknown_event');
  for (const query of ['afterSeq=-1', 'afterSeq=1e3', 'limit=0', 'limit=201', 'aftrSeq=1']) {
    expect(await codeOf(request(new URL(`${address}&${query}`)))).toBe('400 invalid_payload');
  }
  const badPath = new URL(`${chats}/%E0%A4%A/messages?userId=${ursula.id}`, url);
  expect(await codeOf(request(badPath))).toBe('400 invalid_payload');
  const { messages } = await ursula.do('get_messages', { chatId, afterSeq: 1 });
  expect(messages).toEqual([]);
});

test('a connection waits for its next request for longer than a proxy keeps it', async () => {
  const proxied = await startServer({ env: { TRUSTED_PROXIES: '1' } });
  const keptFor = async (url: string) => {
    const { headers } = await request(new URL('/healthz', url));
    return Number(/timeout=(\d+)/.exec(headers.get('keep-alive') ?? '')?.[1]);
  };
  expect(await keptFor(proxied.url)).toBeGreaterThan(600);
  expect(await keptFor(server().url)).toBe(30);
});

test('the address names the chat, whatever the body or the query says', async () => {
  const { url } = server();
  const one = await pair(url, ...names('ursula', 'albert'));
  const two = await pair(url, ...names('viktor', 'berta'));
  const path = `/api/v1/user/chats/${one.chatId}/messages?userId=${one.user.id}`;
  const sent = await post(url, path, { chatId: two.chatId, content: 'hm' });
  expect(sent.data).toMatchObject({ chatId: one.chatId });
  const read = await request(new URL(`${path}&afterSeq=0&chatId=${two.chatId}`, url));
  expect(JSON.parse(read.text).messages).toHaveLength(2);
});

test('an id of digits alone is an id', async () => {
  const { url } = server();
  const [digits] = [String(Date.now())];
  const one = await user(url, digits);
  const { chatId } = await one.do('start_chat');
  const all = `/api/v1/admin/chats?adminId=sue&role=supervisor&scope=all&ofUser=${digits}&limit=5`;
  const { data } = await request<{ chats: Chat[] }>(new URL(all, url));
  expect(data.chats.map((chat) => chat.chatId)).toEqual([chatId]);
});
