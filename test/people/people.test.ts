/** The law, on a running server: to be shown what is kept, to be forgotten, and that it is on record. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reasons } from '../../src/errors.js';
import type { Chat, Message } from '../../src/validations/chat.validation.js';
import { tamper } from '../contract/sqlite.js';
import { cli } from '../support/cli.js';
import { pair, supervisor, until, user } from '../support/clients.js';
import { post, request } from '../support/rest.js';
import { type RunningServer, startServer, temporaryDirectory } from '../support/server.js';
import { proven, tokenFor, tokenMode } from '../support/tokens.js';

interface Export {
  userId: string;
  exportedAt: string;
  chats: (Chat & { messages: Message[] })[];
}

interface Entry {
  action: string;
  actor: string;
  subject: string | null;
  address: string | null;
  at: string;
}

/** Names of the files in a directory that hold the bytes of a text. */
function filesWith(directory: string, text: string): string[] {
  return readdirSync(directory).filter((name) => {
    return readFileSync(join(directory, name)).includes(Buffer.from(text));
  });
}

const asSue = (path: string, { url }: RunningServer) =>
  new URL(`/api/v1${path}${path.includes('?') ? '&' : '?'}adminId=sue&role=supervisor`, url);

async function auditOf(server: RunningServer): Promise<Entry[]> {
  const { data } = await request<{ entries: Entry[] }>(asSue('/audit-log?limit=500', server));
  return data.entries;
}

const SECRET_TEXT = 'my-card-number-is-4711-0815';
const LONG = `${SECRET_TEXT}-in-a-long-message-${'x'.repeat(7000)}`;
const NAME = 'ursula.underwood@mail.example';

/** A user with an ended chat and an open one, both with things to hide, and their admin. */
async function withPast(url: string) {
  const { user: ursula, admin: albert, chatId } = await pair(url, NAME, 'albert');
  for (const [content, clientMessageId] of [
    [SECRET_TEXT, `${NAME}-key-1`],
    [LONG, `${NAME}-key-2`],
  ]) {
    await ursula.do('user_message', { chatId, content, clientMessageId });
  }
  await albert.do('admin_message', { chatId, content: `Dear ${NAME}: ${SECRET_TEXT}` });
  await ursula.do('end_chat', { chatId });
  const { chatId: open } = await ursula.do('start_chat');
  await ursula.do('user_message', { chatId: open, content: `${SECRET_TEXT} again` });
  return { ursula, albert, chatId, open };
}

test('an export shows everything that is kept about a user, and is on record', async () => {
  const server = await startServer();
  const { chatId, open } = await withPast(server.url);
  await pair(server.url, 'somebody-else', 'berta');
  const path = `/users/${encodeURIComponent(NAME)}/export`;
  const { data, headers } = await request<Export>(asSue(path, server));
  expect(headers.get('content-disposition')).toContain('attachment');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(data.userId).toBe(NAME);
  expect(data.chats.map((chat) => chat.chatId)).toEqual([chatId, open]);
  expect(data.chats.map(({ messages }) => messages.map(({ content }) => content))).toEqual([
    ['', SECRET_TEXT, LONG, `Dear ${NAME}: ${SECRET_TEXT}`, ''],
    [`${SECRET_TEXT} again`],
  ]);
  // The command gives the same, through the server that has the data.
  const printed = await cli(['user', 'export', NAME], { dataDir: server.dataDir });
  expect(JSON.parse(printed.stdout).chats).toEqual(data.chats);
  const exports = (await auditOf(server)).filter(({ action }) => action === 'export_user');
  expect(exports.map(({ actor }) => actor)).toEqual(['admin:operator', 'admin:sue']);
  expect(exports.at(-1)).toMatchObject({ subject: `user:${NAME}` });
});

test('after an erasure no file holds a byte of it, and the chats keep their shape', async () => {
  const server = await startServer();
  const { ursula, albert, chatId, open } = await withPast(server.url);
  const others = await pair(server.url, 'somebody-else', 'berta');
  await others.user.do('user_message', { chatId: others.chatId, content: 'keep-this-one' });
  expect(filesWith(server.dataDir, SECRET_TEXT)).not.toEqual([]);
  expect(filesWith(server.dataDir, NAME)).not.toEqual([]);

  // An export puts the name on record too.
  await request(asSue(`/users/${encodeURIComponent(NAME)}/export`, server));
  const path = `/users/${encodeURIComponent(NAME)}/erase`;
  const { data, status } = await request<{ pseudonym: string }>(asSue(path, server), {
    method: 'POST',
  });
  expect(status).toBe(200);
  expect(data).toMatchObject({ chats: 2, messages: 4 });
  // The open chat was ended for its participants before, and the user's connections closed.
  await until(() => albert.all('chat_ended').length === 2, 'the end of the open chat');
  await until(() => !ursula.socket.connected, 'the user to be gone');

  for (const text of [SECRET_TEXT, NAME, encodeURIComponent(NAME)]) {
    expect(filesWith(server.dataDir, text), text).toEqual([]);
  }
  expect(filesWith(server.dataDir, 'keep-this-one')).not.toEqual([]);

  const sue = await supervisor(server.url, 'sue');
  const timeline = (await sue.do('get_messages', { chatId })).messages;
  expect(timeline.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  for (const { kind, content, erasedAt } of timeline) {
    expect(content).toBe('');
    expect(erasedAt !== undefined).toBe(kind === 'message');
  }
  const chat = await sue.do('get_chat', { chatId: open });
  expect(chat).toMatchObject({ userId: data.pseudonym, status: 'ended', endedBy: 'sue' });

  // They come back as somebody who is new here.
  const again = await user(server.url, NAME);
  expect((await again.do('get_chats')).chats).toEqual([]);
  expect(await again.refused('get_messages', { chatId })).toBe('chat_not_found');
  again.close();

  server.kill('SIGTERM');
  await server.exited;
  for (const text of [SECRET_TEXT, NAME]) expect(filesWith(server.dataDir, text), text).toEqual([]);
});

test('while messages come in: an erasure meets a user who writes on', async () => {
  const server = await startServer({ env: { RATE_LIMITS: 'off' } });
  const ursula = await user(server.url, 'busy');
  let writing = true;
  const write = (async () => {
    while (writing) {
      const answer = await ursula.ask('start_chat').catch(() => undefined);
      if (!answer?.ok) return;
      const { chatId } = answer.data;
      await ursula.ask('user_message', { chatId, content: 'still-here' }).catch(() => undefined);
    }
  })();
  await ursula.next('new_message');
  const { status } = await request(asSue('/users/busy/erase', server), { method: 'POST' });
  writing = false;
  await write;
  expect(status).toBe(200);
  // A restart of theirs is a new chat of a new user; nothing of before is in it.
  const sue = await supervisor(server.url, 'sue');
  const { chats } = await sue.do('get_chats', { scope: 'all', limit: 200 });
  const left = chats.filter(({ userId }) => userId === 'busy');
  expect(left.length).toBeLessThanOrEqual(1);
  expect(chats.length).toBeGreaterThan(left.length);
});

test('the command erases with a server and without, and says what it did', async () => {
  const dataDir = temporaryDirectory();
  const first = await startServer({ dataDir });
  await withPast(first.url);
  const other = await user(first.url, 'second-user');
  const { chatId } = await other.do('start_chat');
  await other.do('user_message', { chatId, content: 'second-secret' });
  const done = await cli(['user', 'erase', NAME], { dataDir });
  expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('4 messages in 2 chats') });
  expect(filesWith(dataDir, SECRET_TEXT)).toEqual([]);
  first.kill('SIGTERM');
  await first.exited;
  expect(filesWith(dataDir, 'second-secret')).not.toEqual([]);
  const offline = await cli(['user', 'erase', 'second-user'], { dataDir });
  expect(offline).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1 message in 1 chat, now of erased_'),
  });
  expect(filesWith(dataDir, 'second-secret')).toEqual([]);
  expect(filesWith(dataDir, 'second-user')).toEqual([]);
});

test('about whom nothing is kept is said so, and not put on record', async () => {
  const dataDir = temporaryDirectory();
  const missing = { code: 1, stdout: '', stderr: 'Nothing is kept about nosuch.\n' };
  const both = async () => {
    expect(await cli(['user', 'export', 'nosuch'], { dataDir })).toMatchObject(missing);
    expect(await cli(['user', 'erase', 'nosuch'], { dataDir })).toMatchObject(missing);
  };
  await both();
  const server = await startServer({ dataDir });
  await both();
  for (const [method, path] of [
    ['GET', '/users/nosuch/export'],
    ['POST', '/users/nosuch/erase'],
  ] as const) {
    const { status, error, headers } = await request(asSue(path, server), { method });
    expect([status, error?.message]).toEqual([404, reasons.nothing_kept[1]]);
    expect(headers.get('content-disposition')).toBeNull();
  }
  expect(JSON.stringify(await auditOf(server))).not.toContain('nosuch');
});

test('a command that is not understood says what is wrong with it, and no more', async () => {
  const dataDir = temporaryDirectory();
  const said = async (...args: string[]) => {
    const { code, stderr } = await cli(args, { dataDir });
    expect(code).toBe(2);
    return stderr.split('\n')[0];
  };
  const hint = 'All commands: chat-server --help\n';
  expect((await cli(['user', 'erase'], { dataDir })).stderr).toBe(
    `Say whose: chat-server user erase ID\n${hint}`,
  );
  expect(await said('admin', 'remove')).toBe('Say whose: chat-server admin remove --id ID');
  expect(await said('user', 'erase', '../x y')).toMatch(/^ID must be/);
  expect(await said('user', 'forget', 'ursula')).toBe('Usage:');
  expect(await cli(['--help'], { dataDir })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('chat-server user erase ID'),
  });
});

test('chats of age are deleted when the operator wants it, bytes and all', async () => {
  const dataDir = temporaryDirectory();
  const first = await startServer({ dataDir });
  const { user: ursula, chatId } = await pair(first.url);
  await ursula.do('user_message', { chatId, content: 'a-text-of-last-year' });
  await ursula.do('end_chat', { chatId });
  const { chatId: open } = await ursula.do('start_chat');
  first.kill('SIGTERM');
  await first.exited;
  tamper(dataDir, `update chats set ended_at = ended_at - 31 * 86400000 where status = 'ended'`);

  const keeping = await startServer({ dataDir });
  expect(filesWith(dataDir, 'a-text-of-last-year')).not.toEqual([]);
  keeping.kill('SIGTERM');
  await keeping.exited;

  const deleting = await startServer({ dataDir, env: { RETENTION_DAYS: '30' } });
  await until(() => filesWith(dataDir, 'a-text-of-last-year').length === 0, 'the text to be gone');
  const sue = await supervisor(deleting.url, 'sue');
  const { chats } = await sue.do('get_chats', { scope: 'all' });
  expect(chats.map((chat) => chat.chatId)).toEqual([open]);
  await until(async () => {
    const entries = await auditOf(deleting);
    return entries.some(
      ({ actor, action }) => actor === 'server' && action.startsWith('delete_old'),
    );
  }, 'the deletion on record');
});

test('sign-ins, claims, what supervisors read, exports and erasures are in the audit log', async () => {
  const server = await startServer({ env: tokenMode });
  const { url } = server;
  const sue = await proven(url, 'admin', 'sue', 'supervisor');
  const ana = await proven(url, 'admin', 'ana');
  const ursula = await proven(url, 'user', 'ursula');
  const { chatId } = await ursula.do('start_chat');
  await ana.do('assign_chat', { chatId });
  await ana.do('get_messages', { chatId });
  await ana.do('get_chats');
  await sue.do('get_messages', { chatId });
  await sue.do('look_at_chat', { chatId });
  await sue.do('get_chats', { scope: 'all' });
  await sue.refused('get_messages', { chatId: '00000000-0000-4000-8000-000000000000' });
  const bearer = { authorization: `Bearer ${sue.token}` };
  const password = 'a long enough password';
  await post(url, '/api/v1/accounts', { adminId: 'carl', password }, bearer);
  await post(url, '/api/v1/sign-in', { adminId: 'carl', password: 'wrong' });
  await post(url, '/api/v1/sign-in', { adminId: 'carl', password });
  await post(url, '/api/v1/accounts/carl/sign-out', {}, bearer);
  const carl = new URL('/api/v1/accounts/carl', url);
  await request(carl, { method: 'DELETE', headers: bearer });
  await request(new URL('/api/v1/users/ursula/export', url), { headers: bearer });
  await post(url, '/api/v1/users/ursula/erase', {}, bearer);

  const { data } = await request<{ entries: Entry[]; nextCursor: number | null }>(
    new URL('/api/v1/audit-log', url),
    { headers: bearer },
  );
  const told = data.entries.reverse().map(({ actor, action, subject }) => [actor, action, subject]);
  const chat = `chat:${chatId}`;
  const erased = expect.stringMatching(/^user:erased_/);
  expect(told).toEqual([
    ['admin:sue', 'connect', null],
    ['admin:ana', 'connect', null],
    ['admin:ana', 'assign_chat', chat],
    ['admin:sue', 'get_messages', chat],
    ['admin:sue', 'look_at_chat', chat],
    ['admin:sue', 'get_chats', null],
    ['admin:sue', 'put_account', 'admin:carl'],
    ['server', 'sign_in_failed', 'admin:carl'],
    ['admin:carl', 'sign_in', null],
    ['admin:sue', 'sign_out_admin', 'admin:carl'],
    ['admin:sue', 'remove_account', 'admin:carl'],
    ['admin:sue', 'export_user', erased],
    ['admin:sue', 'erase_user', erased],
    ['admin:sue', 'get_audit_log', null],
  ]);
  for (const { address, at } of data.entries) {
    expect(address).toBe('127.0.0.1');
    expect(Date.now() - Date.parse(at)).toBeLessThan(60_000);
  }
  const next = await request<{ entries: Entry[] }>(
    new URL('/api/v1/audit-log?limit=2&cursor=3', url),
    {
      headers: { authorization: `Bearer ${await tokenFor('sue', 'supervisor')}` },
    },
  );
  expect(next.data.entries.map(({ action }) => action)).toEqual(['connect', 'connect']);
});
