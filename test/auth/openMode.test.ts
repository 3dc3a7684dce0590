/** AUTH_MODE=open: the claim is believed, because only this machine can connect. */
import { expect, test } from 'vitest';
import { client, connect, names, refusal, user } from '../support/clients.js';
import { request, rest } from '../support/rest.js';
import { sharedServer } from '../support/server.js';
import { tokenFor } from '../support/tokens.js';

const server = sharedServer();

test('a claim is enough, on sockets and over HTTP', async () => {
  const { url } = server();
  const [id] = names('ursula');
  const ursula = await user(url, id);
  const { chatId } = await ursula.do('start_chat');
  const { data } = await rest(url, 'user', 'start_chat', {}, { id });
  expect(data.chatId).toBe(chatId);
});

test('there is no first account to make', async () => {
  const { url, stderr } = server();
  const session = await request(new URL('/api/v1/session', url));
  expect(session.data).toMatchObject({ authMode: 'open', adminId: null, role: null });
  expect(stderr()).not.toContain('#setup=');
});

test('a supervisor claims to be one', async () => {
  const { url } = server();
  const [adminId] = names('sonja');
  for (const [role, verdict] of [
    ['supervisor', 'ok'],
    ['admin', 'forbidden'],
    ['root', 'forbidden'],
  ] as const) {
    const one = await connect(url, 'admin', adminId, { query: { adminId, role } });
    const answer = await one.ask('get_chats', { scope: 'all' });
    expect(answer.ok ? 'ok' : answer.error.code, role).toBe(verdict);
  }
});

test('[P6] a token that proves nothing is refused here too, not overlooked', async () => {
  const { url } = server();
  const [id] = names('ursula');
  // Signed with a secret that this server does not have.
  const token = await tokenFor(id, 'user');
  const error = await refusal(client(url, 'user', id, { auth: { token } }));
  expect(error.data).toMatchObject({ code: 'unauthorized' });
  expect((await rest(url, 'user', 'start_chat', {}, { id, token })).status).toBe(401);
});

test.each([
  [' '],
  ['a b'],
  ['a'.repeat(129)],
  ['-a'],
  ['a\0'],
  ['a\u202eb'],
  ['<b>'],
  ['../a'],
  ['e\u0301'],
])('the id %j is refused', async (id) => {
  const { url } = server();
  for (const namespace of ['user', 'admin'] as const) {
    const error = await refusal(client(url, namespace, id));
    expect(error.data).toMatchObject({ code: 'unauthorized' });
  }
  expect((await rest(url, 'user', 'start_chat', {}, { id })).status).toBe(401);
});

test.each([['a'], ['a'.repeat(128)], ['auth0|5f7:x'], ['ürsula'], ['__proto__'], ['admins']])(
  'the id %j is one like any other',
  async (id) => {
    const { url } = server();
    const one = await user(url, id);
    expect(await one.do('start_chat')).toMatchObject({ userId: id });
    await one.caughtUp();
    expect(one.all('new_chat_request')).toEqual([]);
  },
);
