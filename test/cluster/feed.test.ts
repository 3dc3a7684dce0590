/** Participants of one chat on different nodes. */
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import type { Message } from '../../src/validations/chat.validation.js';
import { admin, type Client, names, until, user } from '../support/clients.js';
import { backends, sharedNodes } from '../support/cluster.js';
import type { RunningServer } from '../support/server.js';
import { expectWithin } from '../support/within.js';

const servers = backends();
const withRedis = sharedNodes(servers, { nodes: 3 });
const withoutRedis = sharedNodes(servers, { nodes: 2, redisUrl: null });

/** `seq` of everything numbered that a client was sent of a chat, in the order in which it came. */
function seqs(client: Client<'user' | 'admin'>, chatId: string): number[] {
  const numbered = /^(new_message|chat_assigned|chat_unassigned|chat_ended)$/;
  return client.received.flatMap(({ event, data }) => {
    const entry = data as { chatId: string; seq: number };
    return numbered.test(event) && entry.chatId === chatId ? [entry.seq] : [];
  });
}

const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

test('a whole conversation between a user and an admin on two nodes', async () => {
  const [one, two] = withRedis().nodes as [RunningServer, RunningServer];
  const [ursulaId, albertId, bertaId] = names('ursula', 'albert', 'berta');
  const ursula = await user(one.url, ursulaId);
  const albert = await admin(two.url, albertId);
  const berta = await admin(one.url, bertaId);
  const { chatId } = await ursula.do('start_chat');
  const own = (chat: { chatId: string }) => chat.chatId === chatId;
  await albert.next('new_chat_request', own);
  await berta.next('new_chat_request', own);
  await albert.do('assign_chat', { chatId });
  for (const client of [ursula, albert, berta]) {
    expect(await client.next('chat_assigned', own)).toMatchObject({
      chatId,
      adminId: albertId,
      seq: 1,
    });
  }
  const asked = await ursula.do('user_message', { chatId, content: 'Is it blue?' });
  expect(await albert.next('new_message')).toEqual(asked);
  const answered = await albert.do('admin_message', { chatId, content: 'It is.' });
  expect(await ursula.next<Message>('new_message', ({ seq }) => seq === 3)).toEqual(answered);
  await albert.do('mark_messages', { chatId, seenSeq: 2 });
  await ursula.do('mark_messages', { chatId, seenSeq: 3 });
  expect(await albert.next('messages_marked', ({ side }) => side === 'user')).toMatchObject({
    seenSeq: 3,
  });
  await ursula.do('end_chat', { chatId });
  expect(await albert.next('chat_ended')).toMatchObject({ chatId, endedBy: ursulaId, seq: 4 });
  expect(seqs(ursula, chatId)).toEqual(upTo(4));
  expect(seqs(albert, chatId)).toEqual(upTo(4));
  // Nobody else sees more than the queue.
  expect(seqs(berta, chatId)).toEqual([1]);
  expect(berta.all('new_message')).toEqual([]);
});

test('[P3] two nodes write into one chat: each sees each seq once and in order, also the writers', async () => {
  const [one, two, three] = withRedis().nodes as [RunningServer, RunningServer, RunningServer];
  const [ursulaId, albertId] = names('ursula', 'albert');
  const ursula = await user(one.url, ursulaId);
  const tab = await user(three.url, ursulaId);
  const albert = await admin(two.url, albertId);
  const { chatId } = await ursula.do('start_chat');
  expect(await tab.next('chat_started')).toMatchObject({ chatId });
  await albert.do('assign_chat', { chatId });
  await ursula.next('chat_assigned');
  const sent = upTo(100).flatMap((turn) => [
    ursula.do('user_message', { chatId, content: `u${turn}` }),
    albert.do('admin_message', { chatId, content: `a${turn}` }),
    tab.do('user_message', { chatId, content: `t${turn}` }),
  ]);
  await Promise.all(sent);
  for (const client of [ursula, albert, tab]) {
    await until(() => seqs(client, chatId).length >= 301, `everything to reach ${client.id}`);
    expect(seqs(client, chatId)).toEqual(upTo(301));
  }
});

test('[P3] what is there before a participant comes is read, what comes after is told, with no gap', async () => {
  const [one, two] = withRedis().nodes as [RunningServer, RunningServer];
  const [ursulaId, albertId] = names('ursula', 'albert');
  const ursula = await user(one.url, ursulaId);
  const albert = await admin(one.url, albertId);
  const { chatId } = await ursula.do('start_chat');
  await albert.do('assign_chat', { chatId });
  const sending = (async () => {
    for (const turn of upTo(150)) await albert.do('admin_message', { chatId, content: `${turn}` });
  })();
  const tabs: Client<'user'>[] = [];
  for (const _ of upTo(8)) tabs.push(await user(two.url, ursulaId));
  await sending;
  // However long their coming took, there is one that all of them are told.
  const { seq: last } = await albert.do('admin_message', { chatId, content: 'to all' });
  for (const tab of tabs) {
    const { chats } = await tab.next<{ chats: { lastSeq: number }[] }>('heartbeat');
    const known = chats[0]?.lastSeq ?? 0;
    await until(() => seqs(tab, chatId).at(-1) === last, 'the last message');
    const live = seqs(tab, chatId);
    expect(live[0]).toBeLessThanOrEqual(known + 1);
    expect(live).toEqual(upTo(last, live[0]));
  }
});

test('a tab on another node is told of the chat, also when it is asked for again', async () => {
  const [one, two] = withRedis().nodes as [RunningServer, RunningServer];
  const [ursulaId] = names('ursula');
  const ursula = await user(one.url, ursulaId);
  const tab = await user(two.url, ursulaId);
  await ursula.do('start_chat');
  await tab.next('chat_started');
  // More than once: what one node tells another travels once, and may be lost.
  const again = async () => {
    await ursula.do('start_chat');
    return tab.all('chat_started').length > 1;
  };
  await until(again, 'the repeat');
});

test('[P8] without Redis everything arrives within 3 s, in order and once', async () => {
  await expectWithin(3000, slowestOfConversation);
});

/** @returns the longest time for which one of its events was under way, in milliseconds. */
async function slowestOfConversation(): Promise<number> {
  const [one, two] = withoutRedis().nodes as [RunningServer, RunningServer];
  const [ursulaId, albertId, bertaId] = names('ursula', 'albert', 'berta');
  const ursula = await user(one.url, ursulaId);
  const albert = await admin(two.url, albertId);
  const berta = await admin(two.url, bertaId);
  const took: number[] = [];
  const timed = async (what: Promise<unknown>) => {
    const began = Date.now();
    await what;
    took.push(Date.now() - began);
  };
  const { chatId } = await ursula.do('start_chat');
  await timed(albert.next('new_chat_request'));
  await albert.do('assign_chat', { chatId });
  await timed(ursula.next('chat_assigned'));
  for (const turn of upTo(20)) await ursula.do('user_message', { chatId, content: `${turn}` });
  await timed(albert.next<Message>('new_message', ({ content }) => content === '20'));
  await albert.do('unassign_chat', { chatId });
  await timed(ursula.next('chat_unassigned'));
  await berta.do('assign_chat', { chatId });
  const isBerta = ({ adminId }: { adminId: string }) => adminId === bertaId;
  await timed(ursula.next('chat_assigned', isBerta));
  await ursula.do('end_chat', { chatId });
  await timed(berta.next('chat_ended'));
  expect(seqs(ursula, chatId)).toEqual(upTo(24));
  // Albert hears of the queue what every admin hears, and no more of the chat.
  expect(seqs(albert, chatId)).toEqual(upTo(23));
  expect(seqs(berta, chatId)).toEqual([1, 22, 23, 24]);
  return Math.max(...took);
}

test('[P8] an entry that is committed long after later ones is found', async () => {
  const { nodes, database } = withoutRedis();
  const [one, two] = nodes as [RunningServer, RunningServer];
  const [ursulaId, ulrichId] = names('ursula', 'ulrich');
  const ursula = await user(one.url, ursulaId);
  const ulrich = await user(one.url, ulrichId);
  const { chatId } = await ursula.do('start_chat');
  const other = await ulrich.do('start_chat');
  const tab = await user(two.url, ulrichId);

  const slow = new pg.Client({ connectionString: database });
  await slow.connect();
  onTestFinished(() => slow.end());
  await slow.query('begin');
  await slow.query(
    `insert into messages (chat_no, seq, kind, sender_role, sender_id, content, created_at)
      select chat_no, 1, 'message', 'user', user_id, 'late', created_at from chats where chat_id = $1`,
    [chatId],
  );
  // As full batches of other nodes do, of which none has been committed either.
  await servers.postgres.query(
    "select nextval(pg_get_serial_sequence('messages', 'message_no')) from generate_series(1, 2500)",
    database,
  );
  await tab.do('user_message', { chatId: other.chatId, content: 'quick' });
  await ulrich.next('new_message');
  await slow.query('update chats set last_seq = 1 where chat_id = $1', [chatId]);
  await slow.query('commit');
  expect(await ursula.next<Message>('new_message')).toMatchObject({ chatId, content: 'late' });
});
