/** What a node tells, and to whom, when people come while it learns what others have done. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Actor, sideOf } from '../../src/auth/policy.js';
import { Audience } from '../../src/feed/Audience.js';
import { Relay } from '../../src/feed/Relay.js';
import type { Done } from '../../src/timeline/commands.js';
import type { Chat, Message } from '../../src/validations/chat.validation.js';

const ursula: Actor = { id: 'ursula', role: 'user' };
const albert: Actor = { id: 'albert', role: 'admin' };
const berta: Actor = { id: 'berta', role: 'admin' };
const susanne: Actor = { id: 'susanne', role: 'supervisor' };

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
  ({
    ...{ chatId: 'chat', seq, kind, content: '', receiverId: null },
    createdAt: new Date().toISOString(),
    ...{ senderId: by.id, senderRole: sideOf(by.role) },
  }) as Message;

/** The same as a hint brings it, with the chat right after. */
const heard = (seq: number, kind: 'assignment' | 'end', by: Actor, chat: Partial<Chat>): Done => ({
  kind,
  actor: by,
  fresh: true,
  chat: { ...started, ...chat, lastSeq: seq },
  entry: entry(seq, kind, by),
});

function node() {
  /** What was told; without an addition to all whom it concerns. */
  const told: string[] = [];
  const formerAdmins: (string | null | undefined)[] = [];
  const note = (done: Done, whom: string) => {
    told.push(`${done.kind}${whom}`);
    if (done.kind === 'unassignment') formerAdmins.push(done.formerAdminId);
  };
  const wanted: string[] = [];
  const audience = new Audience(undefined);
  const relay = new Relay(
    {
      deliver: (done) => note(done, ''),
      deliverToDesk: (done) => note(done, ' to the desk'),
      deliverToUser: (done) => note(done, ' to the user'),
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
  return { relay, told, formerAdmins, wanted, audience, come };
}

/** A page of a timeline of which this is all. */
const page = (chat: Chat, entries: Message[], afterSeq = -1) => ({
  ...{ chat, afterSeq, entries: entries.filter(({ seq }) => seq > afterSeq) },
  before: entries.find(({ seq }) => seq === afterSeq),
});

test('a chat that has ended is no more kept, however long its people stay, and told once', async () => {
  const { relay, told, come } = node();
  await come(albert);
  const chat = { ...started, adminId: albert.id };
  const to = { chatId: 'chat', userId: ursula.id, adminId: albert.id };
  relay.reveal({ ...to, lastSeq: 1, deskSeq: null });
  relay.replay(page(chat, [], 1));
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

test('a chat whose end is behind its user when they come is not kept either', async () => {
  const { relay, told, come } = node();
  await come(ursula);
  const chat: Chat = { ...started, status: 'ended', endedBy: ursula.id, endedAt: '', lastSeq: 1 };
  relay.reveal({ ...chat, deskSeq: null });
  relay.replay(page(chat, [entry(1, 'end', ursula)], 1));
  expect(relay.openOf(ursula)).toEqual([]);
  expect(told).toEqual([]);
});

test.each(['before', 'after'])(
  '[P3] a user who comes %s the sweep looks is not told the end that they have read',
  async (when) => {
    const { relay, told, wanted, come } = node();
    await come(berta);
    if (when === 'before') await come(ursula);
    relay.reveal({ chatId: 'chat', userId: ursula.id, adminId: null, lastSeq: 13, deskSeq: 13 });
    expect(wanted).toContain('chat');
    // Between the sweep and its page; a chat that has ended is not among those that are open.
    if (when === 'after') await come(ursula);
    const chat: Chat = {
      ...started,
      status: 'ended',
      endedBy: ursula.id,
      endedAt: '',
      lastSeq: 13,
    };
    const entries = [entry(12, 'message', ursula), entry(13, 'end', ursula)];
    if (relay.lacking('chat') !== undefined) relay.replay(page(chat, entries, 12));
    relay.replayToDesk(page(chat, entries, 12));
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
  expect(relay.lackingAtDesk('chat')).toBe(-1);
  relay.replayToDesk(page(started, []));
  expect(told).toEqual(['start to the desk']);

  relay.replayToDesk(page(started, []));
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

test('admins hear in order of a chat that is theirs: the desk does not overtake a gate that has begun', async () => {
  const { relay, told, come } = node();
  await come(albert);
  await come(ursula, [started]);
  // 1 is on its way.
  const taken = heard(2, 'assignment', albert, { adminId: albert.id, status: 'assigned' });
  relay.accept(taken);
  expect(told).toEqual([]);
  const { chat } = taken as { chat: Chat };
  const entries = [entry(1, 'message', ursula), entry(2, 'assignment', albert)];
  relay.replay(page(chat, entries, 0));
  expect(told).toEqual(['message', 'assignment']);
  expect(relay.lackingAtDesk('chat')).toBeUndefined();
});

test('but it waits for nobody who is still coming', async () => {
  const { relay, told, come, audience } = node();
  await come(berta);
  await audience.arrive(ursula);
  relay.accept(heard(1, 'assignment', albert, { adminId: albert.id, status: 'assigned' }));
  expect(told).toEqual(['assignment to the desk']);
  // Her open chats were read before it.
  audience.read(ursula, { entryNo: 0, chatNo: 0 });
  relay.greeted(ursula);
  expect(relay.lacking('chat')).toBeDefined();
  const chat: Chat = { ...started, adminId: albert.id, status: 'assigned', lastSeq: 1 };
  relay.replay(page(chat, [entry(1, 'assignment', albert)], 0));
  expect(told).toEqual(['assignment to the desk', 'assignment to the user']);
});

test('the desk is told the last change, whichever is found first', async () => {
  const { relay, told, come } = node();
  await come(berta);
  const taken: Chat = { ...started, adminId: 'carla', status: 'assigned', lastSeq: 1 };
  relay.reveal({ ...taken, deskSeq: 1 });
  relay.reveal({ ...taken, lastSeq: 0, deskSeq: 0 });
  expect(relay.lackingAtDesk('chat')).toBe(0);
  relay.replayToDesk(page(taken, [entry(1, 'assignment', albert)], 0));
  expect(told).toEqual(['assignment to the desk']);
  expect(relay.lackingAtDesk('chat')).toBeUndefined();
});

test('who had a chat that was put back is known from the entry before it', async () => {
  const { relay, told, formerAdmins, come } = node();
  await come(berta);
  const chat: Chat = { ...started, adminId: berta.id, status: 'assigned', lastSeq: 3 };
  chat.assignedSeq = 3;
  const entries = [
    entry(1, 'assignment', albert),
    entry(2, 'unassignment', susanne),
    entry(3, 'assignment', berta),
  ];
  // Berta has taken it through another node.
  relay.reveal({ ...chat, deskSeq: 3 });
  relay.replay(page(chat, entries));
  relay.replayToDesk(page(chat, entries, 2));
  expect(told).toEqual(['start', 'assignment', 'unassignment', 'assignment']);
  expect(formerAdmins).toEqual([albert.id]);
});

test('a hint of what an admin has read when they came is not told again', async () => {
  const { relay, told, come } = node();
  const taken = heard(1, 'assignment', albert, { adminId: albert.id, status: 'assigned' });
  // Nobody is here whom it concerns, then he comes from another node.
  relay.reveal({ ...started, adminId: albert.id, lastSeq: 1, deskSeq: 1 });
  await come(albert);
  relay.accept(taken);
  expect(told).toEqual([]);
});

test('nor one of before this node has read anything', async () => {
  const { relay, told, come } = node();
  const ended = heard(2, 'end', ursula, { status: 'ended', endedBy: ursula.id, endedAt: '' });
  vi.useFakeTimers({ now: Date.now() + 1000, toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  await come(albert);
  relay.accept(ended);
  expect(told).toEqual([]);
  relay.accept(heard(1, 'assignment', berta, { adminId: berta.id, status: 'assigned' }));
  expect(told).toEqual(['assignment to the desk']);
});

test('[P3] what an admin had here goes through their gate, however much has come since', async () => {
  const { relay, told, come } = node();
  await come(albert);
  const to = { chatId: 'chat', userId: ursula.id, adminId: albert.id };
  const entries = [
    entry(1, 'assignment', albert),
    { ...entry(2, 'message', ursula), receiverId: albert.id },
    entry(3, 'unassignment', albert),
  ] as [Message, Message, Message];
  relay.accept(heard(1, 'assignment', albert, { adminId: albert.id, status: 'assigned' }));
  relay.accept({ kind: 'message', fresh: true, entry: entries[1], to });
  const back: Done = {
    ...{ kind: 'unassignment', actor: albert, fresh: true, formerAdminId: albert.id },
    ...{ chat: { ...started, lastSeq: 3 }, entry: entries[2] },
  };
  relay.accept(back);
  expect(told).toEqual([]);
  relay.replay(page({ ...started, lastSeq: 3 }, entries, 0));
  expect(told).toEqual(['assignment', 'message', 'unassignment']);
});

test('[P3] an admin is told of their chat also where they were just coming when they took it', async () => {
  const { relay, told, audience } = node();
  await audience.arrive(albert);
  audience.read(albert, { entryNo: 0, chatNo: 0 });
  await relay.catchUp([]);
  relay.accept(heard(1, 'assignment', albert, { adminId: albert.id, status: 'assigned' }));
  expect(told).toEqual([]);
  relay.greeted(albert);
  const chat: Chat = { ...started, adminId: albert.id, status: 'assigned', lastSeq: 1 };
  expect(relay.lacking('chat')).toBeDefined();
  relay.replay(page(chat, [entry(1, 'assignment', albert)], 0));
  expect(told).toEqual(['assignment']);
});

test('a gate that lacks something is kept until that is read, for those to whom what follows is addressed', async () => {
  const { relay, audience, told, come } = node();
  await come(albert);
  await come(ursula, [started]);
  relay.accept(heard(2, 'assignment', albert, { adminId: albert.id, status: 'assigned' }));
  audience.leave(ursula);
  relay.tidy();
  const chat: Chat = { ...started, adminId: albert.id, status: 'assigned', lastSeq: 2 };
  relay.replay(page(chat, [entry(1, 'message', ursula), entry(2, 'assignment', albert)], 0));
  expect(told).toEqual(['message', 'assignment']);
});

test('[P3] what an admin did elsewhere before they came is told to the others before they are in', async () => {
  const { relay, told, audience, come } = node();
  await come(berta);
  await audience.arrive(albert);
  // What the sweep finds then, he will read.
  relay.reveal({ ...started, adminId: albert.id, lastSeq: 13, deskSeq: 1 });
  expect(relay.lackingAtDesk('chat')).toBe(0);
  const chat: Chat = { ...started, adminId: albert.id, status: 'ended', lastSeq: 13 };
  relay.replayToDesk(page(chat, [entry(1, 'assignment', albert)], 0));
  expect(told).toEqual(['assignment to the desk']);
  audience.read(albert, { entryNo: 13, chatNo: 1 });
  relay.greeted(albert);
  relay.replay(page(chat, [entry(13, 'end', ursula)], 13));
  expect(told).toEqual(['assignment to the desk']);
  expect(relay.lackingAtDesk('chat')).toBeUndefined();
});
