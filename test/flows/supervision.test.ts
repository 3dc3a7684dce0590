/** What an admin's client needs to know of chats that are not, or not yet, its own. */
import { expect, test } from 'vitest';
import type { ChatsPage, ChatViewers, Message } from '../../src/validations/chat.validation.js';
import { claim, openWire } from '../hostile/wire.js';
import { admin, pair, user } from '../support/clients.js';
import { startServer } from '../support/server.js';

const supervisor = (url: string, adminId: string) =>
  admin(url, adminId, { query: { adminId, role: 'supervisor' } });

test('who loses the race for a chat is told who has it', async () => {
  const { url } = await startServer();
  const { chatId } = await pair(url);
  const berta = await admin(url, 'berta');
  const answer = await berta.ask('assign_chat', { chatId });
  expect(answer).toMatchObject({
    ok: false,
    error: { code: 'already_assigned', adminId: 'albert' },
  });
  expect(await berta.next('error')).toMatchObject({ adminId: 'albert', event: 'assign_chat' });
});

test('one chat can be asked for by those who may read it, and by nobody else', async () => {
  const { url } = await startServer();
  const { user: ursula, admin: albert, chatId } = await pair(url);
  const [berta, sofia, uwe] = await Promise.all([
    admin(url, 'berta'),
    supervisor(url, 'sofia'),
    user(url, 'uwe'),
  ]);
  for (const asked of [
    ursula.do('get_chat', { chatId }),
    albert.do('get_chat', { chatId }),
    sofia.do('get_chat', { chatId }),
  ]) {
    expect(await asked).toMatchObject({ chatId, userId: 'ursula', adminId: 'albert', lastSeq: 1 });
  }
  for (const one of [berta, uwe]) {
    expect(await one.refused('get_chat', { chatId })).toBe('chat_not_found');
  }
});

/** A chat that waits, and two admins who could take it. */
async function waitingChat() {
  const { url } = await startServer();
  const [ursula, albert, berta] = await Promise.all([
    user(url, 'ursula'),
    admin(url, 'albert'),
    admin(url, 'berta'),
  ]);
  const { chatId } = await ursula.do('start_chat');
  return { ursula, albert, berta, chatId };
}

test('who looks at a waiting chat sees it live, until somebody else has taken it', async () => {
  const { ursula, albert, berta, chatId } = await waitingChat();
  const say = (content: string) => ursula.do('user_message', { chatId, content });
  await say('before');
  await berta.do('look_at_chat', { chatId });
  await say('while she looks');
  await ursula.do('typing', { chatId, typing: true, preview: 'and' });
  expect(await berta.next('typing')).toMatchObject({ chatId, preview: 'and' });
  await albert.do('assign_chat', { chatId });
  await say('for albert alone');
  await albert.next<Message>('new_message', ({ content }) => content === 'for albert alone');
  // One more answer after it, so that what was on its way to her would be there.
  await berta.do('get_overview');
  const seen = berta.all<Message>('new_message').map(({ content }) => content);
  expect(seen).toEqual(['while she looks']);
});

test('who turns away before the look has begun is not there, and sees nothing', async () => {
  const { ursula, albert, berta, chatId } = await waitingChat();
  for (let round = 0; round < 20; round++) {
    const looks = [chatId, null].map((looked) => berta.do('look_at_chat', { chatId: looked }));
    await Promise.all(looks);
    expect(await albert.do('look_at_chat', { chatId })).toEqual({ chatId, adminIds: ['albert'] });
    await albert.do('look_at_chat', { chatId: null });
  }
  await ursula.do('user_message', { chatId, content: 'seen by nobody' });
  await berta.do('get_overview');
  expect(berta.all('new_message')).toEqual([]);
});

test('who has left looks at nothing, whatever came right behind', async () => {
  const { url } = await startServer();
  const { admin: albert, chatId } = await pair(url);
  const sofia = await supervisor(url, 'sofia');
  const claimed = { ...claim('admin', 'berta'), role: 'supervisor' };
  const berta = await (await openWire(url, 'polling', { query: claimed })).join('admin');
  const look = JSON.stringify(['look_at_chat', { chatId }]);
  for (let round = 0; round < 10; round++) {
    berta.send('41/admin,', `42/admin,${look}`); // In one body, so both are read before either is done.
    await berta.join('admin');
    await berta.do('admin', 'get_overview');
  }
  expect(await sofia.do('look_at_chat', { chatId })).toEqual({ chatId, adminIds: ['sofia'] });
  // The same without leaving: what is asked for above could have been seen.
  berta.send(`42/admin,${look}`);
  await sofia.next<ChatViewers>('chat_viewers', ({ adminIds }) => adminIds.includes('berta'));
  berta.end();
  albert.close();
});

test('a supervisor who ends the chat of somebody else is told so, once', async () => {
  const { url } = await startServer();
  const { user: ursula, admin: albert, chatId } = await pair(url);
  const sofia = await supervisor(url, 'sofia');
  const ended = await sofia.do('end_chat', { chatId });
  for (const one of [sofia, albert, ursula]) {
    expect(await one.next('chat_ended')).toEqual(ended);
  }
  await sofia.do('get_overview');
  expect(sofia.all('chat_ended')).toHaveLength(1);
});

test('a supervisor lists the chats of one user or admin; an admin cannot', async () => {
  const { url } = await startServer();
  const [ursula, uwe, albert, berta, sofia] = await Promise.all([
    user(url, 'ursula'),
    user(url, 'uwe'),
    admin(url, 'albert'),
    admin(url, 'berta'),
    supervisor(url, 'sofia'),
  ]);
  const ofUrsula = (await ursula.do('start_chat')).chatId;
  const ofUwe = (await uwe.do('start_chat')).chatId;
  await albert.do('assign_chat', { chatId: ofUrsula });
  await berta.do('assign_chat', { chatId: ofUwe });
  const ids = ({ chats }: ChatsPage) => chats.map(({ chatId }) => chatId);
  const list = async (query: object) =>
    ids(await sofia.do('get_chats', { scope: 'all', ...query }));
  expect(await list({})).toEqual([ofUwe, ofUrsula]);
  expect(await list({ ofUser: 'ursula' })).toEqual([ofUrsula]);
  expect(await list({ ofAdmin: 'berta', status: 'open' })).toEqual([ofUwe]);
  expect(await list({ ofAdmin: 'berta', status: 'ended' })).toEqual([]);
  expect(await berta.refused('get_chats', { scope: 'all', ofUser: 'ursula' })).toBe('forbidden');
  expect(ids(await berta.do('get_chats', { ofAdmin: 'albert' }))).toEqual([]);
  const answer = await fetch(
    `${url}/api/v1/admin/chats?adminId=sofia&role=supervisor&scope=all&ofUser=uwe`,
  );
  expect(answer.status).toBe(200);
  expect(ids((await answer.json()) as ChatsPage)).toEqual([ofUwe]);
});
