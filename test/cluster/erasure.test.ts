/** Who is erased through one node is erased on all of them, also while the database is busy. */
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { cli } from '../support/cli.js';
import { admin, names, until, user } from '../support/clients.js';
import { backends, sharedNodes, startCluster } from '../support/cluster.js';
import { post } from '../support/rest.js';
import type { RunningServer } from '../support/server.js';
import { proven, tokenFor, tokenMode } from '../support/tokens.js';
import { expectWithin } from '../support/within.js';

const servers = backends();
const shared = sharedNodes(servers);

const erase = (url: string, userId: string) =>
  post(url, `/api/v1/users/${userId}/erase?adminId=sonja&role=supervisor`);

test('an erased user is disconnected on every node, and comes back as somebody new', async () => {
  const [one, two] = shared().nodes as [RunningServer, RunningServer];
  await expectWithin(3000, async () => {
    const [ursulaId, albertId, ulrichId] = names('ursula', 'albert', 'ulrich');
    const ursula = await user(two.url, ursulaId);
    const albert = await admin(two.url, albertId);
    const ulrich = await user(two.url, ulrichId);
    const { chatId } = await ursula.do('start_chat');
    await albert.do('assign_chat', { chatId });
    await ursula.do('user_message', { chatId, content: 'my card is 4711' });

    const began = Date.now();
    expect((await erase(one.url, ursulaId)).status).toBe(200);
    expect(await albert.next('chat_erased')).toEqual({ chatId });
    await until(() => !ursula.socket.connected, 'the connection to the other node to end');
    const took = Date.now() - began;
    expect(ursula.all('error').at(-1)).toMatchObject({ code: 'unauthorized' });
    expect(ulrich.socket.connected).toBe(true);

    const again = await user(two.url, ursulaId);
    const anew = await again.do('start_chat');
    expect(anew.chatId).not.toBe(chatId);
    expect((await again.do('get_chats', {})).chats.map((chat) => chat.chatId)).toEqual([
      anew.chatId,
    ]);
    expect(await again.refused('get_messages', { chatId })).toBe('chat_not_found');
    // Whoever looks for the erased after that does not mean them.
    await erase(one.url, ulrichId);
    await until(() => !ulrich.socket.connected, 'the other node to look again');
    expect(again.socket.connected).toBe(true);
    return took;
  });
});

test('with tokens too, and by the command line', async () => {
  const { nodes, env } = await startCluster(servers, { env: tokenMode });
  const [one, two] = nodes as [RunningServer, RunningServer];
  const supervisor = { authorization: `Bearer ${await tokenFor('sonja', 'supervisor')}` };
  const ursula = await proven(two.url, 'user', 'ursula');
  await ursula.do('start_chat');
  expect((await post(one.url, '/api/v1/users/ursula/erase', {}, supervisor)).status).toBe(200);
  await until(() => !ursula.socket.connected, 'the connection to the other node to end');

  const ulrich = await proven(two.url, 'user', 'ulrich');
  await ulrich.do('start_chat');
  const erased = await cli(['user', 'erase', 'ulrich'], { dataDir: one.dataDir, env });
  expect(erased).toMatchObject({ code: 0 });
  await until(() => !ulrich.socket.connected, 'the connection to end');
});

test('an erasure is answered and told while a vacuum holds the table, and scrubbed after it', async () => {
  const { nodes, database } = shared();
  const [one, two] = nodes as [RunningServer, RunningServer];
  const una = await user(two.url, 'una');
  const berta = await admin(two.url, 'berta');
  const { chatId } = await una.do('start_chat');
  await berta.do('assign_chat', { chatId });
  const vacuum = new pg.Client({ connectionString: database });
  await vacuum.connect();
  onTestFinished(() => vacuum.end());
  await vacuum.query('begin; lock table messages in share update exclusive mode');

  expect((await erase(one.url, 'una')).status).toBe(200);
  expect(await berta.next('chat_erased')).toEqual({ chatId });
  const noted = () => servers.postgres.query('select 1 from unscrubbed', database);
  expect((await noted()).length).toBeGreaterThan(0);
  await vacuum.query('rollback');
  await until(async () => (await noted()).length === 0, 'the erasure to be scrubbed', 40_000);
});
