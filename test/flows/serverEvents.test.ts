/** Every event that the server sends: what causes it, what it says, and to whom. No ack is asked. */
import { describe, expect, test } from 'vitest';
import type { Chat, ChatViewers, Message } from '../../src/validations/chat.validation.js';
import {
  type NamespaceName,
  type ServerEventMap,
  serverEvents,
} from '../../src/validations/events.js';
import { admin, type Client, names, supervisor, user } from '../support/clients.js';
import { post } from '../support/rest.js';
import { sharedServer } from '../support/server.js';
import { allHear, everyone, hearsNothing, participants, type Scene, scene } from './Scene.js';

const server = sharedServer({ env: { HEARTBEAT_SECONDS: '1' } });

type Case = (all: Scene) => Promise<void>;

/** What an event of both namespaces is shown by. */
const both: { [E in keyof ServerEventMap<'user'> & keyof ServerEventMap<'admin'>]: Case } = {
  async new_message(all) {
    const { tab, window, colleague, chatId } = all;
    const sent = { chatId, senderId: tab.id, receiverId: window.id, content: 'Is it blue?' };
    tab.socket.emit('user_message', sent);
    const message = await allHear<Message>(participants(all), 'new_message');
    expect(message).toMatchObject({ ...sent, seq: 2, kind: 'message', senderRole: 'user' });
    window.socket.emit('admin_message', { chatId, content: 'It is.' });
    const answer = await allHear<Message>(participants(all), 'new_message', ({ seq }) => seq === 3);
    expect(answer).toMatchObject({ senderId: window.id, receiverId: tab.id, senderRole: 'admin' });
    await hearsNothing(colleague, 'new_message');
  },
  async chat_assigned(all) {
    const { tab, window, chatId } = all;
    window.socket.emit('unassign_chat', { chatId });
    await tab.next('chat_unassigned');
    window.socket.emit('assign_chat', { chatId });
    const assigned = await allHear(everyone(all), 'chat_assigned', ({ seq }) => seq === 3);
    expect(assigned).toEqual({
      chatId,
      adminId: window.id,
      userId: tab.id,
      seq: 3,
      assignedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
  },
  async chat_unassigned(all) {
    const { tab, window, chatId } = all;
    window.socket.emit('unassign_chat', { chatId });
    const unassigned = await allHear(everyone(all), 'chat_unassigned');
    expect(unassigned).toMatchObject({ chatId, adminId: window.id, userId: tab.id, seq: 2 });
  },
  async messages_marked(all) {
    const { tab, window, colleague, chatId } = all;
    tab.socket.emit('mark_messages', { chatId, deliveredSeq: 1 });
    const delivered = { chatId, side: 'user', deliveredSeq: 1, seenSeq: 0 };
    expect(await allHear(participants(all), 'messages_marked')).toEqual(delivered);
    // More than there is counts as all there is; less than before changes nothing.
    tab.socket.emit('mark_messages', { chatId, seenSeq: 99 });
    const seen = { ...delivered, seenSeq: 1 };
    expect(
      await allHear(participants(all), 'messages_marked', ({ seenSeq }) => seenSeq === 1),
    ).toEqual(seen);
    expect(await tab.do('mark_messages', { chatId, seenSeq: 0 })).toEqual(seen);
    await window.caughtUp();
    expect(window.all('messages_marked')).toHaveLength(2);
    await hearsNothing(colleague, 'messages_marked');
  },
  async typing(all) {
    const { tab, otherTab, window, otherWindow, colleague, chatId } = all;
    tab.socket.emit('typing', { chatId, typing: true, preview: 'Is it b' });
    expect(await allHear([window, otherWindow], 'typing')).toEqual({
      chatId,
      senderId: tab.id,
      senderRole: 'user',
      typing: true,
      preview: 'Is it b',
    });
    await hearsNothing(otherTab, 'typing');
    // What an agent has not sent yet is not for the visitor.
    window.socket.emit('typing', { chatId, typing: true, preview: 'I cannot' });
    expect(await allHear([tab, otherTab], 'typing')).toEqual({
      chatId,
      senderId: window.id,
      senderRole: 'admin',
      typing: true,
    });
    await hearsNothing(colleague, 'typing');
  },
  async chat_ended(all) {
    const { tab, window, colleague, chatId } = all;
    window.socket.emit('end_chat', { chatId });
    const ended = await allHear(participants(all), 'chat_ended');
    expect(ended).toEqual({ chatId, endedBy: window.id, endedAt: expect.any(String), seq: 2 });
    await hearsNothing(colleague, 'chat_ended');
    // One that nobody had taken leaves the queue of every admin.
    const { chatId: waiting } = await tab.do('start_chat');
    tab.socket.emit('end_chat', { chatId: waiting });
    await allHear(everyone(all), 'chat_ended', (news) => news.chatId === waiting);
  },
  async heartbeat(all) {
    const { url, tab, window, colleague, chatId } = all;
    const { seq } = await tab.do('user_message', { chatId, content: 'hm' });
    const head = { chats: [{ chatId, lastSeq: seq }] };
    type Heartbeat = typeof head;
    const tells = ({ chats }: Heartbeat) => chats[0]?.lastSeq === seq;
    // After traffic, to those who were there; on connecting, to those who come.
    expect(await allHear(participants(all), 'heartbeat', tells)).toEqual(head);
    for (const late of [await user(url, tab.id), await admin(url, window.id)]) {
      expect(late.all('heartbeat')[0]).toEqual(head);
    }
    await colleague.caughtUp();
    expect(colleague.all('heartbeat')).toEqual([{ chats: [] }]);
  },
  async error(all) {
    const { tab, window } = all;
    for (const [one, event] of [
      [tab, 'user_message'],
      [window, 'admin_message'],
    ] as const) {
      one.socket.emit(event, { chatId: 'nonsense', content: 'lost?' });
      expect(await one.next('error')).toEqual({
        code: 'invalid_payload',
        message: 'The payload is not valid.',
        event,
        details: ['chatId must be the id of a chat'],
      });
    }
    for (const other of everyone(all).filter((one) => one !== tab && one !== window)) {
      await hearsNothing(other, 'error');
    }
  },
};

const cases: { [N in NamespaceName]: { [E in keyof ServerEventMap<N>]: Case } } = {
  user: {
    ...both,
    async chat_started({ tab, otherTab, chatId, colleague }) {
      // The one that is open, to every tab; after its end, another.
      tab.socket.emit('start_chat');
      const again = await allHear<Chat>([tab, otherTab], 'chat_started', (chat) => !!chat.adminId);
      expect(again).toMatchObject({ chatId, status: 'assigned', userId: tab.id });
      await tab.do('end_chat', { chatId });
      tab.socket.emit('start_chat');
      const next = await allHear<Chat>(
        [tab, otherTab],
        'chat_started',
        (chat) => chat.chatId !== chatId,
      );
      expect(next).toMatchObject({ userId: tab.id, adminId: null, lastSeq: 0, endedAt: null });
      await hearsNothing(colleague, 'chat_started');
    },
    // How it changes: `presence.test.ts`, where nobody else is on the server.
    async support_presence({ tab }) {
      expect(await tab.next('support_presence')).toEqual({ online: expect.any(Boolean) });
      const late = await user(server().url, tab.id);
      expect(await late.next('support_presence')).toEqual({ online: true });
    },
  },
  admin: {
    ...both,
    async unassigned_chats({ window, colleague }) {
      colleague.socket.emit('get_unassigned_chats');
      const [waiting] = [await colleague.next<Chat[]>('unassigned_chats')];
      expect(waiting.every(({ status }) => status === 'unassigned')).toBe(true);
      const { chats } = await colleague.do('get_unassigned_chats');
      expect(waiting).toEqual(chats);
      await hearsNothing(window, 'unassigned_chats');
    },
    async new_chat_request(all) {
      const { tab, window, otherWindow, colleague, chatId } = all;
      const admins = [window, otherWindow, colleague];
      tab.socket.emit('end_chat', { chatId });
      tab.socket.emit('start_chat');
      const request = await allHear<Chat>(
        admins,
        'new_chat_request',
        (chat) => chat.userId === tab.id && chat.chatId !== chatId,
      );
      expect(request).toMatchObject({ status: 'unassigned', adminId: null, lastSeq: 0 });
      // It waits again when its admin lets it go.
      window.socket.emit('assign_chat', { chatId: request.chatId });
      await tab.next('chat_assigned', (news) => news.chatId === request.chatId);
      window.socket.emit('unassign_chat', { chatId: request.chatId });
      const again = await allHear<Chat>(
        admins,
        'new_chat_request',
        (chat) => chat.chatId === request.chatId && chat.lastSeq === 2,
      );
      expect(again).toMatchObject({ status: 'unassigned', adminId: null, assignedSeq: null });
    },
    async user_presence(all) {
      const { tab, window, otherWindow, colleague } = all;
      const page = { url: 'https://shop.example/cart', title: 'Cart' };
      tab.socket.emit('visit_page', page);
      const presence = { userId: tab.id, online: true, page };
      expect(await allHear([window, otherWindow], 'user_presence', (news) => !!news.page)).toEqual(
        presence,
      );
      expect(await window.do('get_user_presence', { chatId: all.chatId })).toEqual(presence);
      await hearsNothing(colleague, 'user_presence');
    },
    async chat_viewers({ url, window, colleague, chatId }) {
      const sonja = await supervisor(url, names('sonja')[0]);
      window.socket.emit('look_at_chat', { chatId });
      expect(await window.next('chat_viewers')).toEqual({ chatId, adminIds: [window.id] });
      sonja.socket.emit('look_at_chat', { chatId });
      const both = { chatId, adminIds: [window.id, sonja.id] };
      expect(await sonja.next('chat_viewers')).toEqual(both);
      const now = (ids: string[]) => (news: ChatViewers) => news.adminIds.join() === ids.join();
      await window.next('chat_viewers', now(both.adminIds));
      // Looking elsewhere, and leaving, are told to those who stay.
      sonja.close();
      await window.next<ChatViewers>(
        'chat_viewers',
        (news) => now([window.id])(news) && window.all('chat_viewers').length > 2,
      );
      await hearsNothing(colleague, 'chat_viewers');
    },
    async chat_erased({ url, tab, window, otherWindow, colleague, chatId }) {
      const sonja = await supervisor(url, names('sonja')[0]);
      await sonja.do('look_at_chat', { chatId });
      const path = `/api/v1/users/${tab.id}/erase?adminId=${sonja.id}&role=supervisor`;
      expect((await post(url, path)).status).toBe(200);
      expect(await allHear([window, otherWindow, sonja], 'chat_erased')).toEqual({ chatId });
      const { messages } = await window.do('get_messages', { chatId });
      expect(messages.every(({ content }) => content === '')).toBe(true);
      await hearsNothing(colleague, 'chat_erased');
    },
  },
};

describe.each(['user', 'admin'] as const)('/%s receives', (namespace) => {
  test.each(Object.keys(serverEvents[namespace]))('%s', async (event) => {
    const show = (cases[namespace] as Record<string, Case>)[event];
    if (!show) throw new Error(`${event} is shown by no case`);
    const all = await scene(server().url);
    await show(all);
    // Whatever came meanwhile has the form that the table says, and no field more.
    for (const one of everyone(all)) {
      const side = [all.tab, all.otherTab].includes(one as Client<'user'>) ? 'user' : 'admin';
      const rows: Record<string, { data: { parse(data: unknown): unknown } }> = serverEvents[side];
      for (const { event: name, data } of one.received) {
        expect(rows[name]?.data.parse(data), name).toEqual(data);
      }
    }
  });
});
