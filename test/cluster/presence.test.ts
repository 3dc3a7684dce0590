/** Who is there, who types and who looks at what, across nodes. */
import { expect, test } from 'vitest';
import type { ChatViewers, Typing, UserPresence } from '../../src/validations/chat.validation.js';
import { admin, type Client, names, until, user } from '../support/clients.js';
import { backends, sharedNodes, startCluster } from '../support/cluster.js';
import type { RunningServer } from '../support/server.js';

const servers = backends();
const shared = sharedNodes(servers);

/** A user on the first node and an admin on the second, in a chat. */
async function across() {
  const [one, two] = shared().nodes as [RunningServer, RunningServer];
  const [userId, adminId] = names('ursula', 'albert');
  const ursula = await user(one.url, userId);
  const albert = await admin(two.url, adminId);
  const { chatId } = await ursula.do('start_chat');
  await until(async () => (await albert.ask('assign_chat', { chatId })).ok, 'the assignment');
  await ursula.next('chat_assigned');
  return { one, two, ursula, albert, chatId };
}

/** Types on, as people do: what one node tells another travels once, and may be lost. */
async function typesUntilSeen(
  one: Client<'user' | 'admin'>,
  typing: Typing,
  other: Client<'user' | 'admin'>,
): Promise<void> {
  const seen = async () => {
    await one.do('typing', typing);
    return other.all('typing').length > 0;
  };
  await until(seen, `typing for ${other.id}`);
}

test('typing reaches the other node, and only the participant there', async () => {
  const { two, ursula, albert, chatId } = await across();
  const [otherId] = names('berta');
  const berta = await admin(two.url, otherId);
  await typesUntilSeen(ursula, { chatId, typing: true, preview: 'Is it' }, albert);
  await typesUntilSeen(albert, { chatId, typing: true }, ursula);
  const typing = { chatId, senderId: ursula.id, senderRole: 'user', typing: true };
  for (const seen of albert.all('typing')) expect(seen).toEqual({ ...typing, preview: 'Is it' });
  for (const seen of ursula.all('typing')) {
    expect(seen).toMatchObject({ senderId: albert.id, typing: true });
  }
  expect(berta.all('typing')).toEqual([]);
});

test('a user’s page, and that they have gone from every node, is told', async () => {
  const { two, ursula, albert, chatId } = await across();
  const page = { url: 'https://shop.example/blue', title: 'Blue' };
  await ursula.do('visit_page', page);
  await albert.next<UserPresence>('user_presence', (one) => one.page?.title === 'Blue');
  expect(await albert.do('get_user_presence', { chatId })).toMatchObject({ online: true, page });
  const tab = await user(two.url, ursula.id);
  ursula.close();
  // The tab on the other node is still there.
  const gone = () => albert.all<UserPresence>('user_presence').some(({ online }) => !online);
  expect(await albert.do('get_user_presence', { chatId })).toMatchObject({ online: true });
  tab.close();
  await until(gone, 'the news that the user has gone');
  expect(await albert.do('get_user_presence', { chatId })).toMatchObject({ online: false });
});

test('support is online while an admin is connected to any node', async () => {
  const { nodes } = await startCluster(servers);
  const [one, two] = nodes as [RunningServer, RunningServer];
  const ursula = await user(one.url, 'ursula');
  const last = () => ursula.all<{ online: boolean }>('support_presence').at(-1)?.online;
  await until(() => last() === false, 'the news that nobody is there');
  const albert = await admin(two.url, 'albert');
  await until(() => last() === true, 'the news that somebody is there');
  const late = await user(two.url, 'victor');
  expect(await late.next('support_presence')).toEqual({ online: true });
  albert.close();
  await until(() => last() === false, 'the news that nobody is there any more');
  // A node that is killed takes its admins along.
  await admin(two.url, 'albert');
  await until(() => last() === true, 'the news that somebody is there again');
  two.kill('SIGKILL');
  await until(() => last() === false, 'the news that their node is gone');
});

test('those who look at a chat see each other, and a supervisor sees it live, across nodes', async () => {
  const { one, ursula, albert, chatId } = await across();
  const [sybilId] = names('sybil');
  const sybil = await admin(one.url, sybilId, {
    query: { adminId: sybilId, role: 'supervisor' },
  });
  await albert.do('look_at_chat', { chatId });
  const seen = await sybil.do('look_at_chat', { chatId });
  expect([...(seen?.adminIds ?? [])].sort()).toEqual([albert.id, sybilId].sort());
  await albert.next<ChatViewers>('chat_viewers', ({ adminIds }) => adminIds.length === 2);
  const sent = await albert.do('admin_message', { chatId, content: 'It is.' });
  expect(await sybil.next('new_message')).toEqual(sent);
  await typesUntilSeen(ursula, { chatId, typing: true }, sybil);
  sybil.close();
  const alone = () => albert.all<ChatViewers>('chat_viewers').at(-1)?.adminIds.length === 1;
  await until(alone, 'the news that the supervisor has looked away');
});

test('what Redis forgets is told it again', async () => {
  const { ursula, albert, chatId } = await across();
  await servers.redis.ask('flushall');
  const isOnline = async () => (await albert.do('get_user_presence', { chatId })).online;
  // Slowly: what an admin may ask is limited.
  await expect.poll(isOnline, { interval: 250, timeout: 15_000 }).toBe(true);
  expect(ursula.socket.connected).toBe(true);
});
