/** Random commands in random batches, against a plain model of the product. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChatStore } from '../../src/store/ChatStore.js';
import type { Command, Outcome } from '../../src/timeline/commands.js';
import { seed } from '../support/random.js';
import { admin, type Engine, supervisor, user, wholeTimeline } from './engine.js';
import { expectRecount } from './figures.js';
import { Model, type ModelChat, type ModelOutcome } from './model.js';

const RUNS = 10;
const actors = [
  ...[user('ursula'), user('victor'), user('sam')],
  ...[admin('albert'), admin('sam'), supervisor('sam'), supervisor('sybil')],
];
const users = actors.filter(({ role }) => role === 'user');
const ABSENT = '00000000-0000-4000-8000-000000000000';

const position = fc.oneof(fc.nat(12), fc.constant(Number.MAX_SAFE_INTEGER));
const plan = fc.record({
  chatsBack: fc.nat(4),
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant('message' as const) },
    { weight: 2, arbitrary: fc.constant('assignment' as const) },
    { weight: 5, arbitrary: fc.constantFrom('start', 'unassignment', 'mark', 'end' as const) },
  ),
  actor: fc.constantFrom(...actors),
  starter: fc.constantFrom(...users),
  content: fc.constantFrom('a', 'b'),
  clientMessageId: fc.option(fc.constantFrom('k1', 'k2', 'k3'), { nil: undefined }),
  receiverId: fc.option(fc.constantFrom('ursula', 'sam', ''), { nil: undefined, freq: 2 }),
  deliveredSeq: fc.option(position, { nil: undefined }),
  seenSeq: fc.option(position, { nil: undefined }),
});
/** A command whose chat is chosen later: so many back from the newest one there was then. */
type Plan = typeof plan extends fc.Arbitrary<infer P> ? P : never;

function commandOf({ chatsBack: _, kind, actor, starter, ...rest }: Plan, chatId: string): Command {
  if (kind === 'start') return { kind, actor: starter };
  if (kind === 'message') return { kind, actor, chatId, ...rest };
  if (kind !== 'mark') return { kind, actor, chatId };
  const { deliveredSeq, seenSeq } = rest;
  return { kind, actor, chatId, deliveredSeq, seenSeq };
}

const batches = fc.array(fc.array(plan, { minLength: 1, maxLength: 25 }), {
  minLength: 1,
  maxLength: 25,
  size: 'max',
});

export function randomContract(engine: Engine): void {
  test(`they come to what the model says, however they are batched (SEED=${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (plans) => {
        const opened = await engine.open();
        const model = new Model();
        // A first chat, so that not everything is refused.
        await runBatch(opened.store, model, [{ kind: 'start', actor: user('ursula') }]);
        for (const batch of plans) {
          const known = model.chats.map(({ chatId }) => chatId);
          const commands = batch.map((one) =>
            commandOf(one, known.at(-1 - one.chatsBack) ?? ABSENT),
          );
          await runBatch(opened.store, model, commands);
        }
        const { store, close } = await opened.reopen();
        await expectSame(store, model);
        await expectRecount(store);
        await close();
      }),
      // A failure is made smaller for as long as there is time.
      { seed, numRuns: RUNS, interruptAfterTimeLimit: 40_000 },
    );
  }, 60_000);
}

/** One batch on the store, and its commands one after the other on the model. */
async function runBatch(store: ChatStore, model: Model, commands: Command[]): Promise<void> {
  const outcomes = await store.append(commands);
  expect(outcomes).toHaveLength(commands.length);
  outcomes.forEach((outcome, index) => {
    const command = commands[index] as Command;
    const startedId = 'chat' in outcome ? outcome.chat.chatId : ABSENT;
    const expected = model.apply(command, startedId);
    expect(seen(outcome), JSON.stringify(command)).toEqual(expectation(command, expected));
  });
}

/** What both sides say of an outcome. */
function seen(outcome: Outcome) {
  if ('refused' in outcome) return outcome.refused;
  if ('failed' in outcome) throw outcome.failed;
  const { kind, fresh } = outcome;
  if (kind === 'message') {
    const { entry, to } = outcome;
    return { kind, fresh, chatId: to.chatId, adminId: to.adminId, seq: entry.seq };
  }
  const { chat, entry } = outcome;
  const { chatId, adminId, status, lastSeq, marks } = chat;
  const { user: u, admin: a } = marks;
  const progress = [u.deliveredSeq, u.seenSeq, a.deliveredSeq, a.seenSeq];
  return { kind, fresh, chatId, adminId, status, lastSeq, progress, seq: entry?.seq ?? null };
}

function expectation({ kind }: Command, outcome: ModelOutcome) {
  if (typeof outcome === 'string') return outcome;
  const { fresh, chat, seq } = outcome;
  const { chatId, adminId } = chat;
  if (kind === 'message') return { kind, fresh, chatId, adminId, seq };
  const { user: u, admin: a } = chat;
  const progress = [u.delivered, u.seen, a.delivered, a.seen];
  const lastSeq = chat.entries.length;
  return { kind, fresh, chatId, adminId, status: statusOf(chat), lastSeq, progress, seq };
}

function statusOf({ ended, adminId }: ModelChat) {
  if (ended) return 'ended';
  return adminId === null ? 'unassigned' : 'assigned';
}

/** Everything that can be read, by everybody, after a restart. */
async function expectSame(store: ChatStore, model: Model): Promise<void> {
  const sybil = supervisor('sybil');
  for (const chat of model.chats) {
    const { chatId, entries } = chat;
    const kept = (await wholeTimeline(store, sybil, chatId, 7)).map((entry) => ({
      ...{ seq: entry.seq, kind: entry.kind, from: `${entry.senderRole} ${entry.senderId}` },
      ...{ to: entry.receiverId, content: entry.content, key: entry.clientMessageId },
    }));
    expect(kept).toEqual(entries);
    for (const actor of actors) {
      const read = await store.getChat(actor, chatId);
      expect('refused' in read).toBe(!model.sees(actor, chat));
      if (!('refused' in read)) expect(read.status).toBe(statusOf(chat));
    }
  }
  const waiting = model.chats.filter((chat) => statusOf(chat) === 'unassigned');
  const queue = await store.getUnassignedChats({ limit: 500 });
  expect(queue.chats.map(({ chatId }) => chatId)).toEqual(waiting.map(({ chatId }) => chatId));
  for (const { id } of users) {
    const open = await store.getOpenChats(user(id));
    expect(open.map(({ chatId }) => chatId)).toEqual(
      [model.openChatOf(id)?.chatId].filter(Boolean),
    );
  }
}
