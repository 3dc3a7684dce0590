/** Hostile frames: rows F1 to F11, over WebSocket and polling where a row applies. */
import { expect } from 'vitest';
import { until } from '../support/clients.js';
import { sharedServer } from '../support/server.js';
import { hostile, type Row } from './rows.js';
import type { Ward } from './ward.js';
import { sendBytes, socketOf, type Transport, tcpOf } from './wire.js';

const server = sharedServer({ env: { AUTH_MODE: 'open', TRUSTED_PROXIES: '1' } });

/** Each frame ends the connection that has sent it. */
async function eachCloses(ward: Ward, transport: Transport, frames: (string | Buffer)[]) {
  for (const frame of frames) {
    const wire = await ward.as('user', ward.id, transport);
    wire.send(frame);
    await wire.closes().catch(() => {
      throw new Error(`still open after ${frame.toString().slice(0, 60)}`);
    });
  }
}

const TRANSPORTS = ['websocket', 'polling'] as const;

type Sender = (ward: Ward, transport: Transport) => Promise<void>;

/** The row, once over each transport. */
function overBoth(row: string, sent: string, answer: string, run: Sender): Row[] {
  return TRANSPORTS.map((transport) => ({
    row,
    sent: `${sent}, over ${transport}`,
    answer,
    run: (ward) => run(ward, transport),
  }));
}

const RESERVED = [
  'disconnect',
  'connect',
  'connect_error',
  'disconnecting',
  'newListener',
  'removeListener',
];
const UNKNOWN = [
  1,
  'nonsense',
  '',
  'base',
  'constructor',
  '__proto__',
  'toString',
  'assign_chat',
  '<b>',
];

const rows: Row[] = [
  ...overBoth('F1', 'event names that the library reserves', 'CLOSE', (ward, transport) =>
    eachCloses(
      ward,
      transport,
      RESERVED.map((name) => `42/user,["${name}",{}]`),
    ),
  ),
  ...overBoth('F2', "a client's own `error` event", 'IGNORE', async (ward, transport) => {
    const wire = await ward.as('user', ward.id, transport);
    wire.send('42/user,["error",{"message":"boom"}]', '42/user,7["error"]');
    await wire.do('user', 'get_chats');
    expect(wire.events('error')).toEqual([]);
    expect(wire.frames.filter((frame) => frame.startsWith('43/user,7'))).toEqual([]);
  }),
  ...overBoth('F3', 'unknown event names of every kind', 'ERR', async (ward, transport) => {
    const wire = await ward.as('user', ward.id, transport);
    for (const name of UNKNOWN) {
      const answer = await wire.call('user', name, {});
      expect(answer, String(name)).toMatchObject({ ok: false, error: { code: 'unknown_event' } });
    }
    const told = wire.events<{ message: string }>('error').map(({ message }) => message);
    expect(told).toEqual(UNKNOWN.map(() => 'There is no such event here.'));
  }),
  ...overBoth('F4', 'payloads that are no event', 'CLOSE', (ward, transport) =>
    eachCloses(ward, transport, [
      '42/user,[]',
      '42/user,[null]',
      '42/user,[{}]',
      '42/user,[true]',
      '42/user,"x"',
      '42/user,{}',
      '42/user,["user_message",{',
    ]),
  ),
  ...overBoth('F5', 'packets that fit no state', 'CLOSE', (ward, transport) =>
    eachCloses(ward, transport, [
      '49',
      '4',
      '4x',
      '40/user,{}',
      '40/user,[]',
      '44/user,{}',
      '42/admin,["get_overview"]',
      '42["start_chat"]',
      '9',
      '2probe',
    ]),
  ),
  ...overBoth('F6', 'acks that nobody asked for', 'IGNORE', async (ward, transport) => {
    const wire = await ward.as('user', ward.id, transport);
    wire.send('43/user,1[{}]', '43/user,0["x"]', '43/user,99999999999999999999[]', '43/user,5');
    await wire.do('user', 'get_chats');
    expect(wire.events('error')).toEqual([]);
  }),
  {
    row: 'F7',
    sent: 'an attachment announced and never sent, over both transports',
    answer: 'CLOSE in bounded time',
    run: async (ward) => {
      const event = '["user_message",{"_placeholder":true,"num":0}]';
      const wires = await Promise.all(
        TRANSPORTS.map(async (transport) => {
          const none = await ward.as('user', ward.id, transport);
          none.send(`451-/user,${event}`);
          const partly = await ward.as('user', ward.id, transport);
          partly.send(`453-/user,${event}`, Buffer.from('one'));
          return [none, partly];
        }),
      );
      await Promise.all(wires.flat().map((wire) => wire.closes(30_000)));
    },
  },
  ...overBoth('F7', 'a million attachments announced', 'CLOSE', (ward, transport) =>
    eachCloses(ward, transport, [
      '451000000-/user,["user_message",{"_placeholder":true,"num":0}]',
      '45-/user,["x"]',
      '45-1-/user,["x"]',
      '451e9-/user,["x"]',
    ]),
  ),
  ...overBoth('F8', 'valid binary as content', 'ERR', async (ward, transport) => {
    const { wire, chatId } = await ward.withChat(transport);
    const payload = { chatId, content: { _placeholder: true, num: 0 } };
    wire.send(`451-/user,77${JSON.stringify(['user_message', payload])}`, Buffer.from('bytes'));
    const answer = await wire.ack('user', 77);
    expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_payload' } });
    expect(await wire.do('user', 'get_messages', { chatId })).toMatchObject({ messages: [] });
  }),
  ...overBoth('F8', 'placeholders that name no attachment', 'CLOSE', (ward, transport) =>
    Promise.all(
      [99, -1, 1.5, 'length', '__proto__', null].map(async (num) => {
        const wire = await ward.as('user', ward.id, transport);
        const payload = JSON.stringify(['user_message', { _placeholder: true, num }]);
        wire.send(`451-/user,${payload}`, Buffer.from('bytes'));
        await wire.closes();
      }),
    ).then(() => undefined),
  ),
  ...overBoth('F9', 'a raw binary frame', 'CLOSE', (ward, transport) =>
    eachCloses(ward, transport, [Buffer.from('binary')]),
  ),
  ...overBoth('F9', 'a frame of 1.1 MB', 'CLOSE', (ward, transport) =>
    eachCloses(ward, transport, [`42/user,["user_message","${'a'.repeat(1_100_000)}"]`]),
  ),
  {
    row: 'F9',
    sent: 'invalid UTF-8',
    answer: 'CLOSE',
    run: async (ward) => {
      for (const bytes of [
        [0x34, 0xff, 0xfe],
        [0x34, 0xed, 0xa0, 0x80],
      ]) {
        const wire = await ward.as('user');
        sendBytes(wire, bytes);
        await wire.closes();
      }
    },
  },
  ...overBoth('F10', 'an ack id of 20 digits', 'answered', async (ward, transport) => {
    const wire = await ward.as('user', ward.id, transport);
    wire.send('42/user,12345678901234567890["get_chats"]');
    await wire.frame((frame) => frame.startsWith('43/user,12345678901234567'), 'the ack');
  }),
  {
    row: 'F11',
    sent: 'queries, pings and 1,000 pongs a second while nothing is read',
    answer: 'CLOSE at the limit for outstanding bytes',
    run: async (ward) => {
      const { wire, chatId } = await ward.withChat();
      const content = '\u{1F4A3}'.repeat(8000);
      for (let sent = 0; sent < 20; sent++)
        await wire.do('user', 'user_message', { chatId, content });
      const reader = await ward.as('user');
      const socket = socketOf(reader);
      socket.pause();
      let number = 0;
      await until(
        async () => {
          for (let pong = 0; pong < 100; pong++) socket.send('3');
          for (let ping = 0; ping < 10; ping++) socket.ping('x'.repeat(125));
          socket.send(`42/user,${++number}["get_messages",{"chatId":"${chatId}","limit":200}]`);
          await new Promise((resolve) => setTimeout(resolve, 100));
          return tcpOf(reader).destroyed;
        },
        'the server to give the reader up',
        25_000,
      );
    },
  },
];

hostile(server, rows);
