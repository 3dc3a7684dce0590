/** What a log must not hold: anything that people wrote, and anything that opens a door. */
import { expect, test } from 'vitest';
import { client, connect, names, refusal, until } from '../support/clients.js';
import { post, request, rest } from '../support/rest.js';
import { startServer } from '../support/server.js';
import { cookieOf, PASSWORD, setupToken, signedIn, signIn } from '../support/signIn.js';
import { proven, SECRET, tokenFor, tokenMode } from '../support/tokens.js';

test('a whole day at LOG_LEVEL=debug leaves no content, no token and no password in the log', async () => {
  const server = await startServer({ env: { ...tokenMode, LOG_LEVEL: 'debug' } });
  const { url } = server;
  const [ursulaId, albertId] = names('ursula', 'albert');
  const marks = {
    content: 'my-secret-content',
    preview: 'my-secret-preview',
    page: 'https://shop.example/my-secret-page',
    key: 'my-secret-key',
    guess: 'my-secret-guess',
  };

  // An admin by password, with what goes wrong on the way.
  const link = await setupToken(server);
  const entered = await post(url, '/api/v1/setup', {
    setupToken: link,
    adminId: albertId,
    password: PASSWORD,
  });
  await post(url, '/api/v1/setup', { setupToken: link, adminId: 'x', password: PASSWORD });
  await signIn(url, albertId, marks.guess);
  const cookie = cookieOf(entered);
  const albert = await signedIn(url, albertId, cookie);
  const ursula = await proven(url, 'user', ursulaId);
  const { token } = ursula;
  const visitor = await post<{ token: string }>(url, '/api/v1/visitors');

  // A conversation, and every kind of mistake in it.
  const { chatId } = await ursula.do('start_chat');
  await albert.do('assign_chat', { chatId });
  const message = { chatId, content: marks.content, clientMessageId: marks.key };
  await ursula.do('user_message', message);
  await rest(url, 'user', 'user_message', { ...message, clientMessageId: 'r' }, { token });
  await albert.do('admin_message', { chatId, content: marks.content });
  await ursula.do('typing', { chatId, typing: true, preview: marks.preview });
  await ursula.do('visit_page', { url: marks.page });
  await ursula.do('mark_messages', { chatId, seenSeq: 2 });
  await albert.do('look_at_chat', { chatId });
  await ursula.refused('user_message', { ...message, content: `${marks.content} changed` });
  await ursula.refused('user_message', { chatId, content: marks.content, senderId: marks.content });
  await ursula.refused('user_message', { chatId: marks.content, content: { $ne: marks.content } });
  await ursula.refused(marks.content as 'user_message', marks.content);
  await rest(url, 'user', 'user_message', message, { token: `${token}x` });
  await request(new URL(`/api/v1/user/chats?token=${token}&userId=${marks.content}`, url));
  await request(new URL(`/${marks.content}`, url));
  await request(new URL('/api/v1/visitors', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"content": "${marks.content}"`,
  });
  const wrong = await tokenFor(albertId, 'admin');
  await refusal(client(url, 'user', ursulaId, { auth: { token: wrong } }));
  await refusal(client(url, 'user', marks.content, { auth: { token }, query: { userId: 'x' } }));
  await albert.do('end_chat', { chatId });
  const dup = await connect(url, 'user', ursulaId, { auth: { token } });
  dup.close();
  await post(url, '/api/v1/sign-out', {}, { cookie });
  await until(() => !albert.socket.connected, 'the sign-out');
  server.kill('SIGTERM');
  expect(await server.exited).toBe(0);

  const told = server.stderr().replace(/^.*#setup=.*$/m, ''); // The link, for the person who starts it.
  const log = server.log.map((line) => JSON.stringify(line)).join('\n') + told;
  expect(log).toContain('stopped');
  const [, secretOfSignIn = cookie] = cookie.split('=');
  for (const secret of [
    ...Object.values(marks),
    'my-secret',
    PASSWORD,
    SECRET,
    link,
    secretOfSignIn,
    token,
    wrong,
    visitor.data.token,
    token.split('.')[2] ?? token,
  ]) {
    expect(log).not.toContain(secret);
  }
});
