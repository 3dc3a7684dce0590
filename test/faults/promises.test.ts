/** The checker itself: a good run passes, and each kind of breach is named. */
import { expect, test } from 'vitest';
import type { Chat, Message } from '../../src/validations/chat.validation.js';
import { brokenPromises, unequalQueues } from './promises.js';
import {
  type ClientRecord,
  emptyRecord,
  type History,
  type LiveEvent,
  type SentMessage,
} from './records.js';

const chatId = 'chat';
const createdAt = '2026-01-31T12:00:00.000Z';

/** A history of an assignment, two messages and an end, and all that its user knows of it. */
function goodRun() {
  const entry = (seq: number, kind: Message['kind'], content: string): Message => ({
    ...{ messageId: `${chatId}.${seq}`, chatId, seq, kind, content, createdAt },
    ...{ senderId: 'ursula', senderRole: 'user', receiverId: 'albert' },
  });
  const entries = [
    entry(1, 'assignment', ''),
    entry(2, 'message', 'one'),
    entry(3, 'message', 'two'),
    entry(4, 'end', ''),
  ];
  const chat = { chatId, userId: 'ursula', adminId: 'albert', status: 'ended', lastSeq: 4 } as Chat;
  const [assigned, one, two, ended] = entries as [Message, Message, Message, Message];
  const live = ({ seq, kind }: Message, connection: number, message?: Message): LiveEvent => ({
    ...{ connection, chatId, seq, kind, message },
  });
  const sent = (content: string, at: number): SentMessage => ({
    ...{ chatId, content, clientMessageId: undefined, tries: [{ at, connection: 1 }] },
    ...{ acks: [], ackedAt: undefined, refused: undefined },
  });
  const client: ClientRecord = {
    ...emptyRecord('ursula', 'user'),
    sent: [
      { ...sent('one', 1), clientMessageId: 'k1', acks: [one, one], ackedAt: 2 },
      sent('two', 3),
      { ...sent('three', 4), clientMessageId: 'k3', refused: 'chat_ended' },
    ],
    live: [live(assigned, 1), live(one, 1, one), live(ended, 2)],
    filled: [two, ended],
    readBack: [{ messageId: one.messageId, found: true }],
  };
  const history: History = { chat, entries };
  return { client, history, one, two, ended, live };
}

type Run = ReturnType<typeof goodRun>;

const broken = ({ client, history }: Run) => brokenPromises([client], [history]);

test('a good run breaks no promise', () => {
  expect(broken(goodRun())).toEqual([]);
});

/** 'two' is acked as well, and was sent before 'one'. */
function sentFirst({ client, two }: Run, connection: number, ackedAt: number): void {
  const [one, other] = client.sent as [SentMessage, SentMessage];
  one.tries = [{ at: 4, connection: 1 }];
  one.ackedAt = 5;
  Object.assign(other, { tries: [{ at: 1, connection }], acks: [two], ackedAt });
  client.sent.splice(0, 2, other, one);
}

const breaches: [what: string, spoil: (run: Run) => void, found: RegExp][] = [
  [
    'a message is before another that had been acked when it was sent',
    (run) => sentFirst(run, 0, 2),
    /^\[P3\] 'one' of ursula is before 'two', which was sent first$/,
  ],
  [
    'a message is before another that was sent first on the same connection',
    (run) => sentFirst(run, 1, 6),
    /^\[P3\] 'one' of ursula is before 'two', which was sent first$/,
  ],
  [
    'an admin is told twice that a chat waits',
    ({ client }) => client.requests.push('chat.0', 'chat.7', 'chat.0'),
    /^\[P3\] ursula was told again that chat.0 waits$/,
  ],
  [
    'what was acked cannot be read',
    ({ client }) => client.readBack.push({ messageId: 'chat.2', found: false }),
    /^\[P1\] ursula did not find chat.2 when it had been acked$/,
  ],
  [
    'an event has no answer',
    ({ client }) => client.late.push({ event: 'end_chat', took: 21_000 }),
    /^\[P7\] end_chat of ursula had no answer for 21000 ms$/,
  ],
  ['an acked message is lost', ({ history }) => history.entries.splice(1, 1), /^\[P1\].* is lost$/],
  [
    'an acked message is elsewhere',
    ({ client, one }) => client.sent[0]?.acks.splice(0, 2, { ...one, seq: 3, messageId: 'chat.3' }),
    /^\[P1\] ursula was acked message 'one' as chat.3, where message 'two' is$/,
  ],
  [
    'a delivered message is lost',
    ({ client, live, one }) => client.live.push(live({ ...one, seq: 5 }, 3, { ...one, seq: 5 })),
    /^\[P1\] ursula was delivered .* where undefined is$/,
  ],
  [
    'an event that was delivered did not happen',
    ({ client, live, two }) => client.live.splice(2, 0, live({ ...two, kind: 'assignment' }, 2)),
    /^\[P1\] ursula was delivered assignment '' as chat.3, where message 'two' is$/,
  ],
  [
    'there is a message that nobody sent',
    ({ client }) => client.sent.splice(1, 1),
    /^\[P1\] nobody has sent 'two'$/,
  ],
  [
    'a message is there twice',
    ({ history, two }) => history.entries.splice(3, 0, { ...two, seq: 4 }),
    /^\[P2\] 'two' of ursula is there 2 times$/,
  ],
  [
    'acks of one message differ',
    ({ client, one }) => client.sent[0]?.acks.push({ ...one, createdAt: 'later' }),
    /^\[P2\] 'one' of ursula was acked as/,
  ],
  [
    'a refused message is kept',
    ({ client }) => Object.assign(client.sent[1] ?? {}, { refused: 'chat_ended' }),
    /^\[P2\] 'two' of ursula was refused/,
  ],
  [
    'a seq is skipped',
    ({ history }) => Object.assign(history.entries[3] ?? {}, { seq: 5 }),
    /^\[P3\] chat has seq 5 in place 4$/,
  ],
  [
    'the chat and its timeline disagree',
    ({ history }) => Object.assign(history.chat, { lastSeq: 3 }),
    /^\[P3\] chat says lastSeq 3 and has 4 entries$/,
  ],
  [
    'a live event comes twice',
    ({ client, live, one }) => client.live.splice(2, 0, live(one, 2, one)),
    /^\[P3\] ursula got message chat.2 right after message 2 on the next connection$/,
  ],
  [
    'a live event is skipped while connected',
    ({ client, live, ended }) => client.live.splice(2, 1, live(ended, 1)),
    /^\[P3\] ursula got end chat.4 right after message 2 on one connection$/,
  ],
  [
    'a client never learns of an entry',
    ({ client }) => client.filled.shift(),
    /^\[P3\] ursula never learnt chat.3$/,
  ],
  [
    'an admin takes a chat that another has',
    ({ two }) => Object.assign(two, { kind: 'assignment', senderId: 'berta' }),
    /^\[P4\] berta at chat.3 took it from ursula$/,
  ],
  [
    'an admin writes into a chat of another',
    ({ two }) => Object.assign(two, { senderId: 'berta', senderRole: 'admin' }),
    /^\[P4\] berta at chat.3 wrote into a chat of ursula$/,
  ],
  [
    'an admin is told to have won what another has',
    ({ client }) => client.won.push('chat.1', 'chat.2'),
    /^\[P4\] ursula was told to have won chat.2$/,
  ],
  [
    'somebody is told of a chat that is not theirs',
    ({ client }) => Object.assign(client, { id: 'victor' }),
    /^\[P6\] victor was told message chat.2, which is not theirs$/,
  ],
  [
    'something follows the end',
    ({ history, two }) => {
      history.entries.push({ ...two, seq: 5 });
      history.chat.lastSeq = 5;
    },
    /^\[P5\] chat goes on after its end at 4$/,
  ],
  [
    'a chat has ended without an end',
    ({ history }) => Object.assign(history.chat, { status: 'assigned' }),
    /^\[P5\] chat is assigned, and its last entry is end$/,
  ],
];

test.each(breaches)('it is found when %s', (_what, spoil, found) => {
  const run = goodRun();
  spoil(run);
  expect(broken(run)).toContainEqual(expect.stringMatching(found));
});

test('of two messages that were under way at once on two connections either may be first', () => {
  const run = goodRun();
  sentFirst(run, 0, 6);
  expect(broken(run)).toEqual([]);
});

test('a queue that an admin does not know as it is, is named', () => {
  const { client, history } = goodRun();
  const berta: ClientRecord = { ...client, id: 'berta', side: 'admin' };
  const waits = (status: Chat['status']) => ({ ...history, chat: { ...history.chat, status } });
  const found = (status: Chat['status']) => unequalQueues([client, berta], [waits(status)]);
  expect(found('assigned')).toEqual([]);
  expect(found('unassigned')).toEqual(['[P8] berta does not know that chat waits']);
  berta.waiting.add(chatId);
  expect(found('unassigned')).toEqual([]);
  expect(found('ended')).toEqual(['[P8] berta takes chat to be waiting']);
});
