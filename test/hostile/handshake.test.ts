/** Hostile handshakes: rows H1 to H15. */
import { connect } from 'node:net';
import { expect } from 'vitest';
import { until } from '../support/clients.js';
import { sharedServer } from '../support/server.js';
import { hostile, type Row, refused } from './rows.js';
import type { Ward } from './ward.js';
import { addressOf, claim, openWire, type Transport } from './wire.js';

const server = sharedServer({
  env: {
    AUTH_MODE: 'open',
    TRUSTED_PROXIES: '1',
    FRONTEND_URL: 'https://good.example',
    CONNECTIONS_PER_ADDRESS: '60',
  },
});

type Query = Record<string, string>;

const transports: Transport[] = ['websocket', 'polling'];

/** The code with which `/user` refuses a query; `in` when it lets it in. */
async function codeFor(ward: Ward, query: Record<string, string>, namespace = 'user') {
  const wire = await ward.wire({ query });
  wire.send(`40/${namespace},{}`);
  const answer = await wire.frame((frame) => /^4[04]/.test(frame), 'an answer');
  return answer.startsWith('40')
    ? 'in'
    : JSON.parse(answer.slice(answer.indexOf(',') + 1)).data.code;
}

/** What an HTTP request by hand is answered: its status line. */
function statusOf(port: number, request: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
      const [, status] = /^HTTP\/1\.1 (\d+)/.exec(text) ?? [];
      if (!status) return;
      resolve(Number(status));
      socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed without an answer')));
  });
}

const upgrade = (path: string, headers: string) =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n`;

const EVIL_ORIGINS = ['https://evil.example', 'null', 'https://good.example.evil.example'];

const rows: Row[] = [
  {
    row: 'H1',
    sent: '/user without userId; empty; spaces; NUL',
    answer: 'REFUSE',
    run: async (ward) => {
      expect(await codeFor(ward, {})).toBe('unauthorized');
      for (const userId of ['', '   ', '\0']) {
        expect(await codeFor(ward, { userId }), JSON.stringify(userId)).toBe('unauthorized');
      }
    },
  },
  {
    row: 'H2',
    sent: 'userId as an array, as an object',
    answer: 'REFUSE',
    run: async (ward) => {
      expect(await codeFor(ward, { 'userId[]': 'a' })).toBe('unauthorized');
      expect(await codeFor(ward, { 'userId[x]': 'a' })).toBe('unauthorized');
    },
  },
  {
    row: 'H3',
    sent: 'a userId of 129 characters, and of 10 KB',
    answer: 'REFUSE',
    run: async (ward) => {
      expect(await codeFor(ward, { userId: 'a'.repeat(128) })).toBe('in');
      expect(await codeFor(ward, { userId: 'a'.repeat(129) })).toBe('unauthorized');
      expect(await codeFor(ward, { userId: 'a'.repeat(10_240) })).toBe('unauthorized');
    },
  },
  {
    row: 'H4',
    sent: 'userId with a name that JavaScript objects have',
    answer: 'an ordinary id',
    run: async (ward) => {
      for (const userId of ['__proto__', 'constructor', 'hasOwnProperty', 'toString']) {
        const wire = await ward.as('user', userId);
        const chat = await wire.do('user', 'start_chat');
        expect(chat).toMatchObject({ userId, status: 'unassigned' });
        await wire.do('user', 'user_message', { chatId: chat.chatId, content: 'hello' });
        await wire.do('user', 'end_chat', { chatId: chat.chatId });
      }
    },
  },
  {
    row: 'H5',
    sent: "userId equal to another socket's id, or to a room's name",
    answer: 'an ordinary id without foreign frames',
    run: async (ward) => {
      const { user, adminId, chatId } = ward.foreign;
      const names = [String(user.socket.id), 'admins', `admin:${adminId}`, `watch:${chatId}`];
      for (const userId of names) {
        if ((await codeFor(ward, { userId })) === 'unauthorized') continue;
        await ward.as('user', userId);
      }
    },
  },
  {
    row: 'H6',
    sent: 'userId with a direction override, NUL, an emoji with joiners, not in normal form',
    answer: 'REFUSE',
    run: async (ward) => {
      for (const userId of ['a\u202Eb', 'a\0b', '\u{1F469}\u200D\u{1F4BB}', 'e\u0301']) {
        expect(await codeFor(ward, { userId }), JSON.stringify(userId)).toBe('unauthorized');
      }
      expect(await codeFor(ward, { userId: '\u00E9' })).toBe('in');
    },
  },
  {
    row: 'H9',
    sent: "a visitor's connection that then joins /admin",
    answer: 'REFUSE',
    run: async (ward) => {
      const wire = await ward.as('user');
      expect(await wire.refusal('admin')).toMatchObject({ data: { code: 'unauthorized' } });
      await wire.do('user', 'start_chat');
    },
  },
  {
    row: 'H10',
    sent: 'Origin of an evil page, null, one that begins like a good one',
    answer: '403',
    run: async (ward) => {
      for (const transport of transports) {
        for (const origin of EVIL_ORIGINS) {
          const attempt = ward.wire(
            { query: claim('user', ward.id), headers: { origin } },
            transport,
          );
          expect(await refused(attempt), `${origin} over ${transport}`).toContain('status 403');
        }
        await ward.wire({ headers: { origin: 'https://good.example' } }, transport);
      }
    },
  },
  {
    row: 'H11',
    sent: "EIO=3, no EIO, sid=__proto__, somebody's sid",
    answer: '4xx',
    run: async (ward) => {
      const { url } = server();
      const victim = ward.foreign.user;
      const sid = String(victim.socket.io.engine.id);
      for (const query of [{ EIO: '3' }, { EIO: '' }, { sid: '__proto__' }, { sid }] as Query[]) {
        const { status } = await fetch(addressOf(url, 'polling', query));
        expect(status, JSON.stringify(query)).toBe(400);
      }
      for (const query of [{ EIO: '3' }, { sid: '__proto__' }, { sid }] as Query[]) {
        const attempt = openWire(url, 'websocket', { query }).then((wire) => wire.closes());
        expect(await refused(attempt), JSON.stringify(query)).toMatch(/status 400|ended/);
      }
      // Whoever they were aimed at has not noticed.
      await victim.do('get_chats');
    },
  },
  {
    row: 'H12',
    sent: '2,000 headers; a header of 64 KB',
    answer: '4xx',
    run: async () => {
      const many = Array.from({ length: 2000 }, (_, number) => `x-${number}: a-value\r\n`).join('');
      const long = `x-long: ${'a'.repeat(65_536)}\r\n`;
      for (const headers of [many, long]) {
        const path = '/socket.io/?EIO=4&transport=websocket&userId=mallory';
        expect(await statusOf(server().port, upgrade(path, headers))).toBe(431);
        expect(
          await statusOf(server().port, `GET / HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`),
        ).toBe(431);
      }
    },
  },
  {
    row: 'H13',
    sent: 'one userId from 50 sockets',
    answer: 'capped; all that are in get the same messages',
    run: async (ward) => {
      const wires = await Promise.all(
        Array.from({ length: 50 }, () => ward.wire({ query: claim('user', ward.id) })),
      );
      for (const wire of wires) wire.send('40/user,{}');
      const answers = await Promise.all(
        wires.map((wire) => wire.frame((frame) => /^4[04]\/user,/.test(frame), 'an answer')),
      );
      const inside = wires.filter((_, index) => answers[index]?.startsWith('40'));
      expect(inside.length).toBe(20);
      for (const answer of answers)
        if (answer.startsWith('44')) expect(answer).toContain('rate_limited');
      const [first] = inside;
      const chat = await first?.do('user', 'start_chat');
      await first?.do('user', 'user_message', { chatId: chat?.chatId, content: 'to all of me' });
      for (const wire of inside) {
        await until(() => wire.events('new_message').length === 1, 'the message on every socket');
      }
    },
  },
  {
    row: 'H13',
    sent: '100 connections from one address',
    answer: 'capped with 429, others come in',
    run: async (ward) => {
      const attempts = await Promise.all(
        Array.from({ length: 100 }, (_, number) =>
          ward.wire({}, number % 2 ? 'polling' : 'websocket').then(
            () => 'in',
            (error: Error) => error.message.slice(0, 10),
          ),
        ),
      );
      expect(attempts.filter((one) => one === 'in').length).toBe(60);
      expect(attempts.filter((one) => one === 'status 429').length).toBe(40);
    },
  },
  {
    row: 'H14',
    sent: 'joins and leaves of a namespace, 1,000 times',
    answer: 'CLOSE once the allowance is spent',
    run: async (ward) => {
      const wire = await ward.wire({ query: claim('user', ward.id) });
      let joined = 0;
      for (let time = 0; time < 1000 && !wire.closed; time++) {
        wire.send('40/user,{}');
        await until(
          () => wire.closed || wire.frames.filter((one) => one.startsWith('40/')).length > joined,
          'a join',
        );
        joined++;
        // The answer to the second says that the first is done.
        wire.send('41/user,', '40/nowhere,');
        const refusals = () => wire.frames.filter((one) => one.startsWith('44/nowhere')).length;
        await until(() => wire.closed || refusals() === joined, 'the leave');
      }
      expect(wire.closed).toBeDefined();
      expect(joined).toBeGreaterThan(5);
      expect(joined).toBeLessThan(100);
    },
  },
  ...transports.map((transport) => ({
    row: 'H14',
    sent: `1,000 joins at once over ${transport}, also of namespaces that do not exist`,
    answer: 'CLOSE once the allowance is spent',
    run: async (ward: Ward) => {
      for (const namespace of ['/user', '/nowhere']) {
        const wire = await ward.wire({ query: claim('user', ward.id) }, transport);
        wire.send(...Array.from({ length: 1000 }, () => `40${namespace},{}`));
        await wire.closes();
        const joins = wire.frames.filter((one) => /^4[04]/.test(one));
        expect(joins.length).toBeLessThan(100);
      }
    },
  })),
  {
    row: 'H15',
    sent: 'open connections that join no namespace, or have left it, over both transports',
    answer: 'CLOSE in bounded time',
    run: async (ward) => {
      const wires = await Promise.all(
        transports.map(async (transport) => {
          const idle = await ward.wire({}, transport);
          const left = await ward.as('user', ward.id, transport);
          left.send('41/user,');
          return [idle, left];
        }),
      );
      await Promise.all(wires.flat().map((wire) => wire.closes(30_000)));
    },
  },
];

hostile(server, rows);
