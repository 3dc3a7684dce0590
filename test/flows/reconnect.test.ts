/** Connections break, pages reload, servers restart: everybody is back in their chat, with all of it. */
import { expect, test } from 'vitest';
import type { Message } from '../../src/validations/chat.validation.js';
import type { NamespaceName } from '../../src/validations/events.js';
import { admin, type Client, names, pair, until, user } from '../support/clients.js';
import { TcpProxy } from '../support/proxy.js';
import { rest } from '../support/rest.js';
import { freePort, sharedServer, startServer } from '../support/server.js';

const server = sharedServer({ env: { HEARTBEAT_SECONDS: '1', RATE_LIMITS: 'off' } });

type Heartbeat = { chats: { chatId: string; lastSeq: number }[] };

/** Fetches what a client lacks, as the protocol says. */
async function catchUp(
  one: Client<NamespaceName>,
  chatId: string,
  afterSeq: number,
): Promise<Message[]> {
  const missed: Message[] = [];
  for (let hasMore = true; hasMore; ) {
    const after = missed.at(-1)?.seq ?? afterSeq;
    const page = await one.do('get_messages', { chatId, afterSeq: after, limit: 20 });
    missed.push(...page.messages);
    ({ hasMore } = page);
  }
  return missed;
}

test('[P3] after a restart of the server both sides are back in their chat by themselves', async () => {
  const first = await startServer({ env: { PORT: String(await freePort()) } });
  const { user: ursula, admin: albert, chatId } = await pair(first.url);
  await ursula.do('user_message', { chatId, content: 'before' });
  await albert.next('new_message');
  const gone = Promise.all(
    [ursula, albert].map((one) => new Promise((resolve) => one.socket.once('disconnect', resolve))),
  );
  first.kill('SIGTERM');
  expect(await gone).toEqual(['transport close', 'transport close']);
  expect(await first.exited).toBe(0);

  const { dataDir, port } = first;
  const { url } = await startServer({ dataDir, env: { PORT: String(port) } });
  // Said before either is back: it waits in the timeline.
  await rest(url, 'admin', 'admin_message', { chatId, content: 'meanwhile' }, { id: albert.id });
  const head = ({ chats }: Heartbeat) => chats[0]?.chatId === chatId && chats[0].lastSeq === 3;
  await Promise.all([ursula, albert].map((one) => one.next<Heartbeat>('heartbeat', head)));
  for (const one of [ursula, albert]) {
    const missed = await catchUp(one, chatId, 2);
    expect(missed.map(({ seq, content }) => [seq, content])).toEqual([[3, 'meanwhile']]);
  }

  // Neither has asked for anything, and both talk on.
  await ursula.do('user_message', { chatId, content: 'after' });
  await albert.next<Message>('new_message', ({ seq }) => seq === 4);
  await albert.do('admin_message', { chatId, content: 'indeed' });
  await ursula.next<Message>('new_message', ({ seq }) => seq === 5);
});

test('an admin who restarts in mid-chat has their chats, and what was said', async () => {
  const { url } = server();
  const { user: ursula, admin: albert, chatId } = await pair(url, ...names('ursula', 'albert'));
  albert.close();
  for (const content of ['one', 'two', 'three']) {
    await ursula.do('user_message', { chatId, content });
  }
  const returned = await admin(url, albert.id);
  // There may be more than one: what was said a moment ago is traffic.
  expect(returned.all('heartbeat')[0]).toEqual({ chats: [{ chatId, lastSeq: 4 }] });
  const { chats } = await returned.do('get_chats', { status: 'open' });
  expect(chats.map((chat) => [chat.chatId, chat.adminId])).toEqual([[chatId, albert.id]]);
  expect((await catchUp(returned, chatId, 1)).map(({ content }) => content)).toEqual([
    'one',
    'two',
    'three',
  ]);
  await returned.do('admin_message', { chatId, content: 'here again' });
  await ursula.next<Message>('new_message', ({ seq }) => seq === 5);
});

test('two tabs of one user are one participant', async () => {
  const { url } = server();
  const { user: tab, admin: albert, chatId } = await pair(url, ...names('ursula', 'albert'));
  const other = await user(url, tab.id);
  expect(other.all('heartbeat')[0]).toEqual({ chats: [{ chatId, lastSeq: 1 }] });
  await tab.do('user_message', { chatId, content: 'from one' });
  await other.do('user_message', { chatId, content: 'from the other' });
  await albert.do('admin_message', { chatId, content: 'to both' });
  for (const one of [tab, other, albert]) {
    await one.next<Message>('new_message', ({ seq }) => seq === 4);
    const heard = one.all<Message>('new_message');
    expect(heard.map(({ seq, content }) => [seq, content])).toEqual([
      [2, 'from one'],
      [3, 'from the other'],
      [4, 'to both'],
    ]);
  }
  // Closing one of them ends nothing.
  tab.close();
  await albert.do('admin_message', { chatId, content: 'still there?' });
  await other.next<Message>('new_message', ({ seq }) => seq === 5);
  await other.do('end_chat', { chatId });
  await albert.next('chat_ended');
});

test('[P3] a heartbeat reveals what a broken connection has swallowed', async () => {
  const { url, port } = server();
  const proxy = await TcpProxy.start(port);
  const restore = () => {
    proxy.cutAll();
    proxy.behave();
  };
  const [ursulaId, albertId] = names('ursula', 'albert');
  const { admin: albert, chatId } = await pair(url, ursulaId, albertId);
  const far = await user(proxy.url, ursulaId);
  await albert.do('admin_message', { chatId, content: 'heard' });
  await far.next<Message>('new_message', ({ seq }) => seq === 2);

  proxy.misbehave({ swallow: 1 });
  for (const content of ['lost', 'lost too']) await albert.do('admin_message', { chatId, content });
  restore();
  await far.next<Heartbeat>('heartbeat', ({ chats }) => chats[0]?.lastSeq === 4);
  expect(far.all('new_message')).toHaveLength(1);
  const missed = await catchUp(far, chatId, 2);
  expect(missed.map(({ seq, content }) => [seq, content])).toEqual([
    [3, 'lost'],
    [4, 'lost too'],
  ]);
});

test('[P3] over a network that keeps breaking everybody sees every entry once and in order', async () => {
  const { url, port } = server();
  const proxy = await TcpProxy.start(port);
  const restore = () => {
    proxy.cutAll();
    proxy.behave();
  };
  const [ursulaId, albertId] = names('ursula', 'albert');
  const { user: ursula, admin: albert, chatId } = await pair(url, ursulaId, albertId);
  const options = { reconnectionDelay: 10, reconnectionDelayMax: 50 };
  const far = await user(proxy.url, ursulaId, options);
  const live = follow(far, chatId);

  const count = 310; // The last break is just before the end.
  for (let n = 1; n <= count; n++) {
    const message = { chatId, content: `${n}` };
    await (n % 3 ? albert.do('admin_message', message) : ursula.do('user_message', message));
    if (n % 40 === 20) {
      // Back as often as it was broken: else there would be nothing to break.
      await until(() => live.reconnects() >= (n - 20) / 40, 'the connection to be back');
      proxy.misbehave({ swallow: 1 });
    }
    if (n % 40 === 30) restore();
  }
  const { seq: last } = await albert.do('end_chat', { chatId });
  await until(() => live.shown.length === last - 1, 'all entries to be shown');
  expect(live.shown.map(({ seq }) => seq)).toEqual(
    Array.from({ length: count + 1 }, (_, index) => index + 2),
  );
  expect(live.shown).toEqual(await catchUp(albert, chatId, 1));
});

/** What a client shows that goes by the protocol: what comes in order, and the rest by asking. */
function follow(one: Client<'user'>, chatId: string) {
  const shown: Message[] = [];
  let known = 1;
  let connects = 0;
  let asking = false;
  const last = () => shown.at(-1)?.seq ?? 1;
  const ask = async () => {
    asking = true;
    while (last() < known && one.socket.connected) {
      // Where the connection breaks, the heartbeat of the next one asks again.
      shown.push(...(await catchUp(one, chatId, last()).catch(() => [])));
    }
    asking = false;
  };
  const take = (seq: number, entry?: Message) => {
    known = Math.max(known, seq);
    if (entry && !asking && seq === last() + 1) shown.push(entry);
    if (last() < known && !asking) void ask();
  };
  one.socket.on('new_message', (entry: Message) => take(entry.seq, entry));
  one.socket.on('chat_ended', ({ seq }: { seq: number }) => take(seq));
  one.socket.on('heartbeat', ({ chats }: Heartbeat) => {
    const [head] = chats;
    // The first one names all open chats: the one it does not name has ended meanwhile.
    take(head?.lastSeq ?? (shown.at(-1)?.kind === 'end' ? 0 : last() + 1));
  });
  one.socket.on('connect', () => connects++);
  return { shown, reconnects: () => connects };
}
