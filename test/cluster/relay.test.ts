/** What a node tells, and to whom, when people come while it learns what others have done. */
import { expect, test } from 'vitest';
import type { Actor } from '../../src/auth/policy.js';
import { Audience } from '../../src/feed/Audience.js';
import { Relay } from '../../src/feed/Relay.js';
import type { Done } from '../../src/timeline/commands.js';
import type { Chat, Message } from '../../src/validations/chat.validation.js';

const ursula: Actor = { id: 'ursula', role: 'user' };
const albert: Actor = { id: 'albert', role: 'admin' };
const berta: Actor = { id: 'berta', role: 'admin' };

const started: Chat = {
  chatId: 'chat',
  userId: ursula.id,
  adminId: null,
  status: 'unassigned',
  createdAt: '2026-01-31T10:00:00.000Z',
  assignedAt: null,
  assignedSeq: null,
  endedAt: null,
  endedBy: null,
  firstResponseAt: null,
  lastSeq: 0,
  marks: { user: { deliveredSeq: 0, seenSeq: 0 }, admin: { deliveredSeq: 0, seenSeq: 0 } },
};

/** An entry as it is read from the timeline. */
const entry = (seq: number, kind: Message['kind'], by: Actor) =>
  ({ chatId: 'chat', seq, kind, senderId: by.id, senderRole: by.role, content: '' }) as Message;

/** The same as a hint brings it, with the chat right after. */
const heard = (seq: number, kind: 'assignment' | 'end', by: Actor, chat: Partial<Chat>): Done => ({
  kind,
  actor: by,
  fresh: true,
  chat: { ...started, ...chat, lastSeq: seq },
  entry: entry(seq, kind, by),
});

function node() {
  /** What everybody was told whom it concerns, and what the queue alone. */
  const told: string[] = [];
  const wanted: string[] = [];
  const audience = new Audience(undefined);
  const relay = new Relay(
    {
      deliver: ({ kind }) => void told.push(kind),
      deliverToDesk: ({ kind }) => void told.push(`${kind} to the desk`),
    },
    audience,
    (chatId) => void wanted.push(chatId),
  );
  const come = async (actor: Actor, open: Chat[] = []) => {
    await audience.arrive(actor);
    audience.read(actor, { entryNo: 0, chatNo: 0 });
    await relay.catchUp(open);
    relay.greeted(actor);
  };
  return { relay, told, wanted, come };
}

test('a chat that has ended is no more kept, however long its people stay, and told once', async () => {
  const { relay, told, come } = node();
  await come(albert);
  const chat = { ...started, adminId: albert.id };
  const to = { chatId: 'chat', userId: ursula.id, adminId: albert.id };
  relay.reveal({ ...to, lastSeq: 1, deskSeq: null });
  relay.replay({ chat, afterSeq: 1, entries: [] });
  relay.accept({ kind: 'message', fresh: true, entry: entry(2, 'message', ursula), to });
  expect(relay.openOf(albert)).toMatchObject([{ chatId: 'chat', lastSeq: 2 }]);
  const end = heard(3, 'end', ursula, { adminId: albert.id, status: 'ended' });
  relay.accept(end);
  expect(told).toEqual(['message', 'end']);

  expect(relay.hasGate('chat')).toBe(false);
  // A hint that comes again, the sweep, and somebody who read the chat before its end.
  relay.accept(end);
  relay.reveal({ ...to, lastSeq: 3, deskSeq: null });
  await relay.catchUp([{ ...chat, lastSeq: 1 }]);
  expect(relay.openOf(albert)).toEqual([]);
  expect(relay.hasGate('chat')).toBe(false);
  expect(told).toEqual(['message', 'end']);
});

test.each(['before', 'after'])(
  '[P3] a user who comes in %s the sweep looks is not told the end that they have read',
  async (when) => {
    const { relay, told, wanted, come } = node();
    await come(berta);
    if (when === 'before') await come(ursula);
    relay.reveal({ chatId: 'chat', userId: ursula.id, adminId: null, lastSeq: 13, deskSeq: 13 });
    expect(wanted).toContain('chat');
    // Between the sweep and its page; a chat that has ended is not among those that are open.
    if (when === 'after') await come(ursula);
    const page = {
      chat: { ...started, status: 'ended', endedBy: ursula.id, endedAt: '', lastSeq: 13 } as Chat,
      afterSeq: 12,
      entries: [entry(13, 'end', ursula)],
    };
    if (relay.lacking('chat') === undefined) relay.replayToDesk(page);
    else relay.replay(page);
    expect(told).toEqual([when === 'before' ? 'end' : 'end to the desk']);
    expect(relay.lackingAtDesk('chat')).toBeUndefined();
  },
);

test('what participants have read when they came is told to the desk all the same, and once', async () => {
  const { relay, told, come } = node();
  await come(berta);
  // Its start was told nowhere here, and its user knows of it.
  await come(ursula, [started]);
  relay.reveal({ ...started, lastSeq: 0, deskSeq: 0 });
  expect(relay.lacking('chat')).toBeUndefined();
  expect(relay.lackingAtDesk('chat')).toBe(0);
  relay.replayToDesk({ chat: started, afterSeq: -1, entries: [] });
  expect(told).toEqual(['start to the desk']);

  relay.replayToDesk({ chat: started, afterSeq: -1, entries: [] });
  relay.reveal({ ...started, lastSeq: 0, deskSeq: 0 });
  expect(relay.lackingAtDesk('chat')).toBeUndefined();
  // The next is told to all of them together, and by the sweep no more.
  relay.accept(heard(1, 'assignment', albert, { adminId: albert.id, status: 'assigned' }));
  relay.reveal({ ...started, adminId: albert.id, lastSeq: 1, deskSeq: 1 });
  expect(relay.lackingAtDesk('chat')).toBeUndefined();
  expect(told).toEqual(['start to the desk', 'assignment']);
});

test('what this node has done itself is told to the desk, also when its user has read it first', async () => {
  const { relay, told, come } = node();
  await come(berta);
  // Over HTTP: written, and read by the connection that comes, before the commit is told of.
  await come(ursula, [started]);
  relay.accept({ kind: 'start', actor: ursula, fresh: true, chat: started, entry: null }, true);
  expect(told).toEqual(['start to the desk']);
});

test('while somebody comes the desk waits with them, and no longer', async () => {
  const { relay, told, come } = node();
  await come(berta);
  const coming = come(ursula, [started]);
  relay.reveal({ ...started, lastSeq: 0, deskSeq: 0 });
  expect(relay.lackingAtDesk('chat')).toBeUndefined();
  await coming;
  expect(relay.lackingAtDesk('chat')).toBe(0);
  expect(told).toEqual([]);
});
