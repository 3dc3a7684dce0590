/** The queue as admins see it on a node that heard of nothing in time: the sweep alone tells them. */
import { expect, test } from 'vitest';
import { admin, type Client, names, supervisor, user } from '../support/clients.js';
import { backends, sharedNodes } from '../support/cluster.js';
import type { RunningServer } from '../support/server.js';

const shared = sharedNodes(backends(), { nodes: 2, redisUrl: null });
const nodes = () => shared().nodes as [RunningServer, RunningServer];

const about =
  (chatId: string) =>
  (event: { chatId: string }): boolean =>
    event.chatId === chatId;

function times(client: Client<'admin'>, event: string, chatId: string): number {
  return client.all<{ chatId: string }>(event).filter(about(chatId)).length;
}

/** Ursula has begun a chat on the first node, where Albert is too; Berta is on the second. */
async function waitingChat() {
  const [one, two] = nodes();
  const [ursulaId, albertId, bertaId] = names('ursula', 'albert', 'berta');
  const berta = await admin(two.url, bertaId);
  const albert = await admin(one.url, albertId);
  const ursula = await user(one.url, ursulaId);
  const { chatId } = await ursula.do('start_chat');
  return { one, two, ursula, albert, berta, chatId };
}

test('a chat is told to the queue once, also where its user came before anybody heard of it', async () => {
  const { two, ursula, berta, chatId } = await waitingChat();
  // As after the end of a node: what they have done there is what they read here.
  const tab = await user(two.url, ursula.id);
  await berta.next('new_chat_request', about(chatId));
  await ursula.do('end_chat', { chatId });
  await tab.next('chat_ended');
  await berta.next('chat_ended', about(chatId));
  expect(times(berta, 'new_chat_request', chatId)).toBe(1);
  expect(times(berta, 'chat_ended', chatId)).toBe(1);
  expect(tab.all('chat_started')).toEqual([]);
});

test('a chat that was taken and ended between two looks leaves the queue', async () => {
  const { ursula, albert, berta, chatId } = await waitingChat();
  await berta.next('new_chat_request', about(chatId));
  await albert.do('assign_chat', { chatId });
  await ursula.do('end_chat', { chatId });
  expect(await berta.next('chat_assigned', about(chatId))).toMatchObject({
    adminId: albert.id,
    userId: ursula.id,
    seq: 1,
  });
  // Whose chat it is not hears nothing else of it.
  await berta.caughtUp();
  expect(times(berta, 'chat_ended', chatId)).toBe(0);
});

test('a chat that a supervisor puts back is told with the name of whose it was', async () => {
  const { one, ursula, albert, berta, chatId } = await waitingChat();
  const susanne = await supervisor(one.url, names('susanne')[0]);
  await albert.do('assign_chat', { chatId });
  await ursula.do('user_message', { chatId, content: 'Is anybody there?' });
  await susanne.do('unassign_chat', { chatId });
  expect(await berta.next('chat_unassigned', about(chatId))).toMatchObject({ adminId: albert.id });
  expect(await berta.next('new_chat_request', about(chatId))).toMatchObject({ adminId: null });
});

test('[P3] an admin who changes nodes is not told again what they have heard', async () => {
  const { two, ursula, albert, berta, chatId } = await waitingChat();
  await ursula.do('end_chat', { chatId });
  await albert.next('chat_ended', about(chatId));
  // As when a node ends: both come at once, and he before the sweep of that node.
  const [again] = await Promise.all([admin(two.url, albert.id), user(two.url, ursula.id)]);
  await berta.next('chat_ended', about(chatId));
  await again.caughtUp();
  expect(times(again, 'chat_ended', chatId)).toBe(0);
  expect(times(berta, 'chat_ended', chatId)).toBe(1);
});

test('[P3] a tab that comes beside another is not told again what it has heard', async () => {
  const [one, two] = nodes();
  const [ursulaId] = names('ursula');
  const beside = await user(two.url, ursulaId);
  const ursula = await user(one.url, ursulaId);
  const { chatId } = await ursula.do('start_chat');
  await ursula.do('end_chat', { chatId });
  const again = await user(two.url, ursulaId);
  await beside.next('chat_ended', about(chatId));
  await again.caughtUp();
  expect(again.all('chat_started')).toEqual([]);
  expect(again.all('chat_ended')).toEqual([]);
});
