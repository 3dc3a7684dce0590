/** Hostile use of states and authority: rows S1 to S6. */
import { expect } from 'vitest';
import { tally } from '../support/many.js';
import { sharedServer } from '../support/server.js';
import { hostile, type Row } from './rows.js';
import type { Ack } from './wire.js';

const server = sharedServer({ env: { AUTH_MODE: 'open', TRUSTED_PROXIES: '1' } });
const codeOf = (answer: Ack) => (answer.ok ? 'ok' : answer.error.code);

const rows: Row[] = [
  {
    row: 'S1',
    sent: '32 admins take one chat at once',
    answer: 'one wins, 31 already_assigned',
    run: async (ward) => {
      const { wire, chatId } = await ward.withChat();
      const admins = await Promise.all(
        Array.from({ length: 32 }, (_, number) => ward.as('admin', `${ward.id}-${number}`)),
      );
      const answers = await Promise.all(
        admins.map((admin) => admin.call('admin', 'assign_chat', { chatId })),
      );
      expect(tally(answers.map(codeOf))).toEqual({ ok: 1, already_assigned: 31 });
      await wire.frame((frame) => frame.includes('"chat_assigned"'), 'the assignment');
      expect(wire.events('chat_assigned').length).toBe(1);
    },
  },
  {
    row: 'S2',
    sent: "a user sends every admin's event",
    answer: 'ERR unknown_event',
    run: async (ward) => {
      const { wire, chatId } = await ward.withChat();
      const events = ['assign_chat', 'unassign_chat', 'admin_message', 'get_unassigned_chats'];
      for (const event of [...events, 'get_overview', 'look_at_chat', 'get_user_presence']) {
        expect(codeOf(await wire.call('user', event, { chatId })), event).toBe('unknown_event');
      }
    },
  },
  {
    row: 'S3',
    sent: "an admin writes into an unassigned chat, and into a colleague's",
    answer: 'ERR',
    run: async (ward) => {
      const { chatId } = await ward.withChat();
      const admin = await ward.as('admin', `${ward.id}-admin`);
      const waiting = await admin.call('admin', 'admin_message', { chatId, content: 'x' });
      expect(codeOf(waiting)).toBe('forbidden');
      const foreign = { chatId: ward.foreign.chatId, content: 'x' };
      expect(codeOf(await admin.call('admin', 'admin_message', foreign))).toBe('chat_not_found');
      expect(codeOf(await admin.call('admin', 'end_chat', foreign))).toBe('chat_not_found');
    },
  },
  {
    row: 'S4',
    sent: 'an end against 1,000 sends, and a second end',
    answer: 'ended once; nothing after it',
    run: async (ward) => {
      const { wire, chatId } = await ward.withChat();
      const other = await ward.as('user');
      const sends = Array.from({ length: 1000 }, (_, number) =>
        wire.call('user', 'user_message', { chatId, content: `${number}` }),
      );
      const ends = await Promise.all([1, 2].map(() => other.call('user', 'end_chat', { chatId })));
      const answers = await Promise.all(sends);
      expect(tally(ends.map(codeOf)).ok ?? 0).toBeLessThanOrEqual(1);
      // The sends have used up the allowance of the identity; the end is allowed after a moment.
      if (!ends.some(({ ok }) => ok)) await endPatiently(other, chatId);
      const entries: { kind: string; seq: number }[] = [];
      for (let more = true; more; ) {
        const page = await patiently(() =>
          other.call('user', 'get_messages', {
            chatId,
            afterSeq: entries.at(-1)?.seq ?? 0,
            limit: 200,
          }),
        );
        entries.push(...(page.messages as typeof entries));
        more = page.hasMore === true;
      }
      expect(entries.filter(({ kind }) => kind === 'end').length).toBe(1);
      expect(entries.at(-1)?.kind).toBe('end');
      expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
      expect(entries.length - 1).toBe(tally(answers.map(codeOf)).ok ?? 0);
    },
  },
  {
    row: 'S5',
    sent: 'a second start_chat while one is open; ten at once',
    answer: 'the same chat',
    run: async (ward) => {
      const wires = await Promise.all(Array.from({ length: 10 }, () => ward.as('user')));
      const rooms = await Promise.all(wires.map((wire) => wire.do('user', 'start_chat')));
      expect(new Set(rooms.map(({ chatId }) => chatId)).size).toBe(1);
      const again = await wires[0]?.do('user', 'start_chat');
      expect(again?.chatId).toBe(rooms[0]?.chatId);
    },
  },
  {
    row: 'S6',
    sent: 'typing 1,000 times a second, and for a foreign chat',
    answer: 'dropped',
    run: async (ward) => {
      const { wire, chatId } = await ward.withChat();
      const admin = await ward.as('admin', `${ward.id}-admin`);
      await admin.do('admin', 'assign_chat', { chatId });
      const foreign = { chatId: ward.foreign.chatId, typing: true, preview: 'psst' };
      expect(codeOf(await wire.call('user', 'typing', foreign))).toBe('chat_not_found');
      const flood = JSON.stringify(['typing', { chatId, typing: true }]);
      wire.send(...Array.from({ length: 1000 }, () => `42/user,${flood}`));
      const last = await wire.call('user', 'typing', { chatId, typing: false });
      // One of twenty a second passes again; which one that is, is chance.
      expect(['ok', 'rate_limited']).toContain(codeOf(last));
      expect(admin.events('typing').length).toBeLessThan(300);
      expect(wire.events('error').length).toBe(1);
    },
  },
];

/** Asks again for as long as the answer is to wait. */
async function patiently(ask: () => Promise<Ack>): Promise<Record<string, unknown>> {
  for (;;) {
    const answer = await ask();
    if (answer.ok) return answer.data;
    if (answer.error.code !== 'rate_limited') throw new Error(answer.error.code);
    const seconds = answer.error.retryAfter ?? 1;
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}

const endPatiently = (
  wire: { call: (n: 'user', e: string, p: object) => Promise<Ack> },
  chatId: string,
) => patiently(() => wire.call('user', 'end_chat', { chatId }));

hostile(server, rows);
