/** Hostile payloads of a message: rows M1 to M15. */
import { expect } from 'vitest';
import { tally } from '../support/many.js';
import { sharedServer } from '../support/server.js';
import { hostile, type Row } from './rows.js';
import type { Ward } from './ward.js';
import type { Ack, Wire } from './wire.js';

const server = sharedServer({ env: { AUTH_MODE: 'open', TRUSTED_PROXIES: '1' } });

const codeOf = (answer: Ack) => (answer.ok ? 'ok' : answer.error.code);
const CONTENT_LIMIT = 8000;

/** Sends each payload to the attacker's own chat; none may be stored. */
async function eachRefused(
  ward: Ward,
  code: string,
  payloads: (chatId: string) => [what: string, payload: unknown][],
): Promise<void> {
  const { wire, chatId } = await ward.withChat();
  for (const [what, payload] of payloads(chatId)) {
    const answer = await wire.call('user', 'user_message', payload);
    expect(codeOf(answer), what).toBe(code);
    expect(wire.events<{ code: string }>('error').at(-1)?.code, what).toBe(code);
  }
  expect(await timeline(wire, chatId)).toEqual([]);
}

interface Entry {
  content: string;
  seq: number;
  messageId: string;
  senderId: string;
}

async function timeline(wire: Wire, chatId: string): Promise<Entry[]> {
  const { messages } = await wire.do('user', 'get_messages', { chatId, limit: 200 });
  return messages as Entry[];
}

const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 60) ?? 'undefined';

/** As it stands on the wire: JavaScript's own literals would set a prototype, or lose the key. */
const POLLUTERS = [
  '"__proto__":{"isAdmin":true}',
  '"constructor":{"prototype":{"isAdmin":true}}',
  '"content":{"__proto__":{"isAdmin":true}}',
];

const INERT = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '[x](javascript:alert(1)) javascript:alert(1) data:text/html,<script>alert(1)</script>',
  `Z${'\u0301'.repeat(5000)}`,
  '\u202Eevil\u202C \u2066isolated\u2069',
  '{{constructor.constructor("alert(1)")()}} %{7*7} %00 %s \\u0000',
  '\r\n\t line\u2028separators\u2029 and \u0085 \u{10FFFF}',
];

const rows: Row[] = [
  {
    row: 'M1',
    sent: 'no payload, null, an array, a string, a number',
    answer: 'ERR',
    run: (ward) =>
      eachRefused(ward, 'invalid_payload', () =>
        [undefined, null, [], ['x'], 'x', 7, true].map((one) => [shown(one), one]),
      ),
  },
  {
    row: 'M2',
    sent: 'content missing, empty, white space, zero-width only',
    answer: 'ERR',
    run: (ward) =>
      eachRefused(ward, 'invalid_payload', (chatId) =>
        [undefined, '', ' \t\r\n', '\u00A0\u2003', '\u200B\u200D\uFEFF', '\u2060\u180E', '\0'].map(
          (content) => [shown(content), { chatId, content }],
        ),
      ),
  },
  {
    row: 'M3',
    sent: 'content of every other type',
    answer: 'ERR',
    run: (ward) =>
      eachRefused(ward, 'invalid_payload', (chatId) =>
        [7, true, null, {}, [], ['x'], { toJSON: 1 }, { length: 3 }, '\uD800'].map((content) => [
          shown(content),
          { chatId, content },
        ]),
      ),
  },
  {
    row: 'M4',
    sent: 'content at the limit, in characters of one and of four bytes; one over',
    answer: 'accepted; ERR',
    run: async (ward) => {
      const { wire, chatId } = await ward.withChat();
      for (const character of ['a', '\u{1F600}']) {
        const content = character.repeat(CONTENT_LIMIT);
        await wire.do('user', 'user_message', { chatId, content });
        const over = await wire.call('user', 'user_message', { chatId, content: `${content}b` });
        expect(codeOf(over)).toBe('invalid_payload');
      }
      expect((await timeline(wire, chatId)).length).toBe(2);
    },
  },
  {
    row: 'M5',
    sent: 'keys that reach for a prototype',
    answer: 'no pollution',
    run: async (ward) => {
      const { wire, chatId } = await ward.withChat();
      for (const key of POLLUTERS) {
        const body = `{"chatId":"${chatId}","content":"polluted?",${key}}`;
        await wire.raw('user', `["user_message",${body}]`);
        await wire.raw('user', `["get_chats",{${key}}]`);
        await wire.raw('user', `["start_chat",{${key}}]`);
      }
      const message = await wire.do('user', 'user_message', { chatId, content: 'clean' });
      expect(message.isAdmin).toBeUndefined();
      const list = await wire.call('user', 'get_chats', { scope: 'all' });
      expect(codeOf(list)).toBe('invalid_payload');
    },
  },
  {
    row: 'M6',
    sent: 'extra keys that would decide what the server decides',
    answer: 'without effect',
    run: async (ward) => {
      const { wire, chatId } = await ward.withChat();
      const extra = {
        messageId: 'mine',
        seq: 99,
        createdAt: '1970-01-01T00:00:00.000Z',
        status: 'ended',
        role: 'admin',
        senderRole: 'admin',
        kind: 'end',
      };
      const message = await wire.do('user', 'user_message', { chatId, content: 'x', ...extra });
      expect(message).toMatchObject({ seq: 1, senderRole: 'user', kind: 'message' });
      expect(message.messageId).not.toBe('mine');
      expect(Date.parse(String(message.createdAt))).toBeGreaterThan(Date.now() - 60_000);
      expect(message).not.toHaveProperty('status');
      expect(message).not.toHaveProperty('role');
    },
  },
  {
    row: 'M7',
    sent: "another's senderId or receiverId",
    answer: 'ERR',
    run: async (ward) => {
      const { userId, adminId } = ward.foreign;
      await eachRefused(ward, 'forbidden', (chatId) => [
        ['sender', { chatId, content: 'x', senderId: userId }],
        ['sender admin', { chatId, content: 'x', senderId: adminId }],
      ]);
      const { wire, chatId } = await ward.withChat();
      const albert = await ward.as('admin', `${ward.id}-accomplice`);
      await albert.do('admin', 'assign_chat', { chatId });
      const misdirected = { chatId, content: 'x', receiverId: adminId };
      expect(codeOf(await wire.call('user', 'user_message', misdirected))).toBe('forbidden');
      const back = { chatId, content: 'x', receiverId: userId };
      expect(codeOf(await albert.call('admin', 'admin_message', back))).toBe('forbidden');
    },
  },
  {
    row: 'M8',
    sent: 'a chatId that is none',
    answer: 'ERR',
    run: (ward) =>
      eachRefused(ward, 'invalid_payload', (chatId) =>
        [
          undefined,
          7,
          [chatId],
          '',
          `${chatId} `,
          chatId.toUpperCase().replace(/[0-9]/g, 'A'),
          '../',
          "' OR 1=1--",
          { $ne: null },
          { toString: chatId },
          'a'.repeat(60_000),
        ].map((one) => [shown(one), { chatId: one, content: 'x' }]),
      ),
  },
  {
    row: 'M8',
    sent: 'a chatId of 1 MB',
    answer: 'CLOSE, as any frame of that size',
    run: async (ward) => {
      const wire = await ward.as('user');
      wire.send(`42/user,1["user_message",{"chatId":"${'a'.repeat(1_000_000)}","content":"x"}]`);
      await wire.closes();
    },
  },
  {
    row: 'M9',
    sent: "another's chatId",
    answer: 'ERR, the same as for an absent one',
    run: async (ward) => {
      const { wire } = await ward.withChat();
      const admin = await ward.as('admin', `${ward.id}-admin`);
      const absent = '00000000-0000-4000-8000-000000000000';
      const events: [Wire, 'user' | 'admin', string, object][] = [
        [wire, 'user', 'user_message', { content: 'x' }],
        [wire, 'user', 'end_chat', {}],
        [wire, 'user', 'get_messages', {}],
        [wire, 'user', 'mark_messages', { seenSeq: 1 }],
        [admin, 'admin', 'admin_message', { content: 'x' }],
        [admin, 'admin', 'end_chat', {}],
        [admin, 'admin', 'get_messages', {}],
        [admin, 'admin', 'unassign_chat', {}],
        [admin, 'admin', 'look_at_chat', {}],
        [admin, 'admin', 'get_user_presence', {}],
      ];
      for (const [from, namespace, event, rest] of events) {
        const answers: Ack[] = [];
        for (const chatId of [ward.foreign.chatId, absent]) {
          answers.push(await from.call(namespace, event, { chatId, ...rest }));
        }
        expect(answers[0], event).toEqual(answers[1]);
        expect(answers[0], event).toMatchObject({ ok: false, error: { code: 'chat_not_found' } });
      }
    },
  },
  {
    row: 'M10',
    sent: "an ended chat's chatId",
    answer: 'ERR chat_ended',
    run: async (ward) => {
      const { wire, chatId } = await ward.withChat();
      await wire.do('user', 'end_chat', { chatId });
      const late = await wire.call('user', 'user_message', { chatId, content: 'late' });
      expect(codeOf(late)).toBe('chat_ended');
      expect((await timeline(wire, chatId)).length).toBe(1);
    },
  },
  {
    row: 'M11',
    sent: 'one clientMessageId with the same body, 100 times at once',
    answer: 'one message, 100 equal acks',
    run: async (ward) => {
      const { wire, chatId } = await ward.withChat();
      const payload = { chatId, content: 'once', clientMessageId: 'the-one' };
      const answers = await Promise.all(
        Array.from({ length: 100 }, () => wire.call('user', 'user_message', payload)),
      );
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(answers[0]).toMatchObject({ ok: true, data: { content: 'once', seq: 1 } });
      expect((await timeline(wire, chatId)).length).toBe(1);
      expect(wire.events('new_message').length).toBe(1);
    },
  },
  {
    row: 'M12',
    sent: 'a clientMessageId that is an object, empty, 10 KB',
    answer: 'ERR',
    run: (ward) =>
      eachRefused(ward, 'invalid_payload', (chatId) =>
        [{}, '', 7, 'a'.repeat(10_240), 'a b', 'ä', null].map((clientMessageId) => [
          shown(clientMessageId),
          { chatId, content: 'x', clientMessageId },
        ]),
      ),
  },
  {
    row: 'M13',
    sent: 'markup, script addresses, combining marks, direction overrides',
    answer: 'kept byte for byte',
    run: async (ward) => {
      const { wire, chatId } = await ward.withChat();
      for (const content of INERT) await wire.do('user', 'user_message', { chatId, content });
      expect((await timeline(wire, chatId)).map(({ content }) => content)).toEqual(INERT);
      const rest = await fetch(
        `${server().url}/api/v1/user/chats/${chatId}/messages?userId=${ward.id}`,
      );
      expect(rest.headers.get('content-type')).toContain('application/json');
      expect(rest.headers.get('x-content-type-options')).toBe('nosniff');
      const { messages } = (await rest.json()) as { messages: Entry[] };
      expect(messages.map(({ content }) => content)).toEqual(INERT);
    },
  },
  {
    row: 'M14',
    sent: 'no ack callback',
    answer: 'stored',
    run: async (ward) => {
      const { wire, chatId } = await ward.withChat();
      const payload = JSON.stringify({ chatId, content: 'no ack' });
      wire.send(`42/user,["user_message",${payload}]`);
      wire.send(`42/user,["user_message",${payload},"no function",null,{}]`);
      await wire.frame((frame) => frame.includes('"seq":2'), 'both messages');
      expect((await timeline(wire, chatId)).length).toBe(2);
    },
  },
  {
    row: 'M15',
    sent: '500 messages a second',
    answer: 'the allowance passes, the rest ERR rate_limited, others unaffected',
    run: async (ward) => {
      const { wire, chatId } = await ward.withChat();
      const { user, admin, chatId: healthyChat } = ward.foreign;
      const flood = Promise.all(
        Array.from({ length: 500 }, (_, number) =>
          wire.call('user', 'user_message', { chatId, content: `flood ${number}` }),
        ),
      );
      // Meanwhile the pair pastes what people paste: twenty messages, as fast as it goes.
      const pasted = Array.from({ length: 20 }, (_, number) => `pasted ${number}`);
      for (const content of pasted) await user.do('user_message', { chatId: healthyChat, content });
      await admin.next('new_message', ({ content }) => content === 'pasted 19');
      const answers = await flood;
      const codes = tally(answers.map(codeOf));
      expect(codes.ok).toBeGreaterThanOrEqual(150);
      expect(codes.ok).toBeLessThan(300);
      expect(codes.rate_limited).toBe(500 - (codes.ok ?? 0));
      for (const answer of answers) {
        if (!answer.ok) expect(answer.error.retryAfter).toBeGreaterThanOrEqual(1);
      }
      expect(wire.closed).toBeUndefined();
    },
  },
];

hostile(server, rows);
