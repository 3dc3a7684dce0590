/** Nothing gets out: no token, password or content in logs, addresses or errors. */
import { expect, test } from 'vitest';
import { client, refusal } from '../support/clients.js';
import { post, request, rest } from '../support/rest.js';
import { startServer } from '../support/server.js';
import { proven, SECRET, tokenFor, tokenMode } from '../support/tokens.js';

test('a day of mistakes leaves no secret in the log, and no error repeats what was sent', async () => {
  const server = await startServer({ env: { ...tokenMode, LOG_LEVEL: 'debug' } });
  const { url } = server;
  const content = 'the-content-of-a-message';
  const password = 'the-password-of-an-account';
  const told: unknown[] = [];

  const ursula = await proven(url, 'user', 'ursula');
  const sue = await proven(url, 'admin', 'sue', 'supervisor');
  const { chatId } = await ursula.do('start_chat');
  await ursula.do('user_message', { chatId, content });
  const mistakes: [event: string, payload: unknown][] = [
    ['user_message', { chatId, content: { [content]: content } }],
    ['user_message', { chatId: content, content }],
    ['user_message', { chatId, content, senderId: content }],
    [content, { content }],
    ['get_messages', { chatId, [content]: 1 }],
    ['visit_page', { url: `ftp://${content}` }],
  ];
  for (const [event, payload] of mistakes) told.push(await ursula.ask(event as 'typing', payload));
  ursula.socket.emit('user_message', content, content);

  const bearer = { authorization: `Bearer ${sue.token}` };
  await post(url, '/api/v1/accounts', { adminId: 'carl', password }, bearer);
  told.push(
    (await post(url, '/api/v1/sign-in', { adminId: 'carl', password: `${password}!` })).error,
  );
  const signedIn = await post(url, '/api/v1/sign-in', { adminId: 'carl', password });
  const cookie = /=([^;]+)/.exec(signedIn.headers.get('set-cookie') ?? '')?.[1] ?? 'none';
  const stranger = await tokenFor('ulrich', 'user');
  const refused = await refusal(client(url, 'user', 'ursula', { auth: { token: stranger } }));
  told.push([refused.message, refused.data]);
  told.push((await rest(url, 'user', 'get_chats', {}, { token: `${stranger}x` })).text);
  const broken = { method: 'POST', headers: { ...bearer, 'content-type': 'application/json' } };
  const sent = `{"content": "${content}`;
  const address = new URL(`/api/v1/admin/chats/${content}/messages`, url);
  told.push((await request(address, { ...broken, body: sent })).text);
  told.push((await request(new URL(`/api/v1/${content}`, url))).text);
  told.push((await request(new URL(`/${content}`, url))).text);
  server.kill('SIGTERM');
  await server.exited;

  const said = JSON.stringify(server.log) + server.stderr();
  expect(server.log.length).toBeGreaterThan(2);
  const secrets = {
    content,
    password,
    cookie,
    stranger,
    token: ursula.token,
    sue: sue.token,
    SECRET,
  };
  for (const [what, secret] of Object.entries(secrets)) {
    expect(said.includes(secret), `${what} in the log`).toBe(false);
    expect(JSON.stringify(told).includes(secret), `${what} in an error`).toBe(false);
  }
  // What went over the network in addresses, the client's side shows: no token is in any of them.
  expect(JSON.stringify(ursula.socket.io.opts.query ?? {})).not.toContain(ursula.token);
});
