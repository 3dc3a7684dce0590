/**
 * A fuzzer that speaks Socket.IO frames. Each session is a connection that sends what is almost right;
 * after it the server has to live, to have made no mistake of its own, and to serve the healthy.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seed } from '../support/random.js';
import { sharedServer } from '../support/server.js';
import { CHAT, type Session, sessions } from './frames.js';
import { Ward } from './ward.js';
import { claim } from './wire.js';

/** Sessions that a run of the suite tries; `RUNS=10000 SEED=… npx vitest run …` tries more. */
const RUNS = Number(process.env.RUNS ?? 150);
/** Seeds that have found something once, and what it was. */
const KEPT: [seed: number, found: string][] = [];

const server = sharedServer({
  env: {
    AUTH_MODE: 'open',
    TRUSTED_PROXIES: '1',
    CONNECTS_PER_MINUTE: '1000000',
    CHATS_PER_HOUR: '1000000',
    EVENTS_PER_SECOND: '10000',
    EVENT_BURST: '1000000',
  },
});

async function fuzz(from: number, runs: number): Promise<void> {
  const ward = await Ward.open(server());
  let run = 0;
  await fc.assert(
    fc.asyncProperty(sessions, async (session) => {
      await play(ward, session, `${ward.id}-${++run}`);
      const { log } = server();
      const faults = log.filter(({ level }) => Number(level) >= 50);
      expect(faults, 'faults in the log of the server').toEqual([]);
      if (run % 10 === 0) await ward.check();
    }),
    { seed: from, numRuns: runs, endOnFailure: false, interruptAfterTimeLimit: runs * 200 },
  );
  await ward.check();
}

/** Sends a session's frames, and waits until the server has dealt with them. */
async function play(ward: Ward, { transport, joins, frames }: Session, id: string): Promise<void> {
  const wire = await ward.wire(
    { query: { ...claim('user', id), ...claim('admin', id) } },
    transport,
  );
  let chatId = '00000000-0000-4000-8000-000000000000';
  if (joins) {
    await wire.join('user');
    await wire.join('admin');
    chatId = String((await wire.do('user', 'start_chat')).chatId);
  }
  wire.send(...frames.map((one) => (typeof one === 'string' ? one.replaceAll(CHAT, chatId) : one)));
  // Frames are dealt with in order, so an answer to the last says that all have been; a connection
  // that announced bytes and does not send them is only closed later, and gets no answer.
  wire.send('40/nowhere,{}');
  await Promise.race([
    wire.frame((frame) => frame.startsWith('44/nowhere'), 'the end').catch(() => undefined),
    wire.closes(2000).catch(() => undefined),
  ]);
  wire.end();
}

test(`sessions that are almost right (seed ${seed})`, { timeout: RUNS * 400 }, () =>
  fuzz(seed, RUNS),
);

test.each(KEPT)('seed %i, which found: %s', (kept) => fuzz(kept, RUNS));

test('JSON nested as deep as a frame holds is refused, on sockets and over HTTP', async () => {
  const ward = await Ward.open(server());
  const wire = await ward.as('user');
  const deep = (open: string, close: string) => {
    const depth = Math.floor(60_000 / (open.length + close.length));
    return open.repeat(depth) + close.repeat(depth);
  };
  for (const body of [deep('[', ']'), deep('{"a":', '}').replace(':}', ':1}')]) {
    const answer = await wire.raw('user', `["user_message",{"chatId":"x","content":${body}}]`);
    expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_payload' } });
    await wire.raw('user', `["start_chat",${body}]`);
    const path = `${server().url}/api/v1/user/chats/x/messages?userId=deep`;
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"content":${body}}`,
    });
    expect(response.status).toBe(400);
  }
  const nested = await ward.as('user');
  nested.send(`451-/user,["user_message",${deep('[', ']')}]`, Buffer.from('bytes'));
  await nested.closes();
  await ward.check();
});
