/** Whose chat it is, and who one is in it: lists, live views, spoofed names. */
import { expect, test } from 'vitest';
import type { NamespaceName } from '../../src/validations/events.js';
import type { Client } from '../support/clients.js';
import { sharedServer } from '../support/server.js';
import { proven, tokenMode } from '../support/tokens.js';
import { Cast } from './Cast.js';
import { tryRest, trySocket } from './tries.js';
import { matrix } from './verdicts.js';

const server = sharedServer({
  env: { ...tokenMode, HEARTBEAT_SECONDS: '3600', RATE_LIMITS: 'off' },
});

test('[P6] a list shows the chats of the one who asks', async () => {
  const cast = await Cast.gather(server().url);
  const { user, admin } = cast.roles;
  const ended = await cast.chat('ended');
  const open = await cast.chat('assigned');
  const idsOf = async (one: Client<NamespaceName>, query?: object) => {
    const { chats } = await one.do('get_chats', query);
    return chats.map(({ chatId }) => chatId);
  };
  expect(await idsOf(user.owner)).toEqual([open, ended]);
  expect(await idsOf(user.owner, { status: 'open' })).toEqual([open]);
  expect(await idsOf(user.owner, { status: 'ended' })).toEqual([ended]);
  expect(await idsOf(admin.owner)).toEqual([open, ended]);
  expect(await idsOf(user.stranger)).toEqual([]);
  expect(await idsOf(admin.colleague)).toEqual([]);
  expect(await idsOf(admin.supervisor)).toEqual([]);
  expect((await idsOf(admin.supervisor, { scope: 'all' })).slice(0, 2)).toEqual([open, ended]);
  expect(await admin.owner.refused('get_chats', { scope: 'all' })).toBe('forbidden');
  expect(await user.owner.refused('get_chats', { scope: 'all' })).toBe('invalid_payload');
});

test('[P6] a supervisor who looks at a chat sees it live, an admin does not', async () => {
  const cast = await Cast.gather(server().url);
  const { user, admin } = cast.roles;
  const chatId = await cast.chat('waiting');
  await admin.supervisor.do('look_at_chat', { chatId });
  await admin.colleague.do('look_at_chat', { chatId });
  await admin.owner.do('assign_chat', { chatId });
  const { heard } = await cast.hear(() => user.owner.do('user_message', { chatId, content: 'hm' }));
  expect(heard[admin.supervisor.id]).toMatchObject([{ event: 'new_message' }]);
  expect(heard[admin.colleague.id]).toBeUndefined();
});

test.each(['socket', 'REST'] as const)(
  '[P6] by %s: another senderId or receiverId is refused, and nothing is stored',
  async (way) => {
    const cast = await Cast.gather(server().url);
    const { user, admin } = cast.roles;
    const chatId = await cast.chat('assigned');
    const before = await cast.stored(chatId);
    const spoof = (namespace: NamespaceName, claims: object) => {
      const payload = { chatId, content: 'It was me', ...claims };
      const event = `${namespace}_message`;
      const actor = cast.roles[namespace].owner;
      return way === 'socket'
        ? trySocket(actor, event, payload)
        : tryRest(server().url, namespace, actor, event, payload);
    };
    const { heard } = await cast.hear(async () => {
      for (const claims of [
        { senderId: user.stranger.id },
        { senderId: admin.owner.id },
        { senderId: user.owner.id.toUpperCase() },
        { senderId: ` ${user.owner.id}` },
        { receiverId: user.stranger.id },
        { receiverId: user.owner.id },
        { senderId: user.owner.id, receiverId: admin.colleague.id },
      ]) {
        expect(await spoof('user', claims), JSON.stringify(claims)).toMatchObject({
          verdict: 'forbidden',
        });
      }
      for (const claims of [
        { senderId: user.owner.id },
        { senderId: admin.colleague.id },
        { receiverId: user.stranger.id },
      ]) {
        expect(await spoof('admin', claims), JSON.stringify(claims)).toMatchObject({
          verdict: 'forbidden',
        });
      }
    });
    expect(await cast.stored(chatId)).toBe(before);
    const events = Object.values(heard).flatMap((all) => all.map(({ event }) => event));
    expect(new Set(events)).toEqual(new Set(way === 'socket' ? ['error'] : []));

    // Right claims, empty ones, and fields that only the server gives.
    for (const claims of [
      { senderId: user.owner.id, receiverId: admin.owner.id },
      { senderId: '', receiverId: '' },
      { receiverId: null },
      { messageId: 'mine', seq: 99, kind: 'end', createdAt: '1999-01-01', senderRole: 'admin' },
    ]) {
      expect((await spoof('user', claims)).verdict).toBe('ok');
    }
    const { messages } = await user.owner.do('get_messages', { chatId, afterSeq: 1 });
    expect(messages.map(({ seq }) => seq)).toEqual([2, 3, 4, 5]);
    for (const stored of messages) {
      expect(stored).toMatchObject({
        kind: 'message',
        senderId: user.owner.id,
        senderRole: 'user',
        receiverId: admin.owner.id,
        messageId: `${chatId}.${stored.seq}`,
      });
      expect(Date.parse(stored.createdAt)).toBeGreaterThan(Date.now() - 60_000);
    }
  },
);

test('[P6] an id that is a user and an admin is two identities', async () => {
  const { url } = server();
  const cast = await Cast.gather(url);
  const { user } = cast.roles;
  const chatId = await cast.chat('assigned');
  const namesake = await proven(url, 'admin', user.owner.id);
  for (const event of ['get_messages', 'end_chat', 'mark_messages'] as const) {
    expect(await namesake.refused(event, { chatId, ...matrix.admin[event].payload(chatId) })).toBe(
      'chat_not_found',
    );
  }
  await user.owner.do('user_message', { chatId, content: 'for albert' });
  await namesake.caughtUp();
  expect(namesake.all('new_message')).toEqual([]);
});
