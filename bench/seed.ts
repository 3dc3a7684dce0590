/**
 * Stores with chats in them, made once and kept: a small one, and one like that of a company after
 * years. The tables are the server's own, made by its start; the rows are written straight into them,
 * in the order in which they would have come.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { root, scratch } from './paths.js';
import { run } from './processes.js';

export type Size = 'small' | 'grown';

interface Counts {
  chats: number;
  /** Of them, still in the queue. */
  waiting: number;
  /** Of them, with an admin. */
  assigned: number;
}

const counts: Record<Size, Counts> = {
  small: { chats: 1000, waiting: 200, assigned: 100 },
  grown: { chats: 1_000_000, waiting: 100_000, assigned: 5000 },
};
const MESSAGES_EACH = 10;
/** Long enough for a whole page of a history. */
const LONG_CHATS = 100;
const MESSAGES_OF_LONG = 200;
/** Chats that go on at the same time, so that their messages lie in between each other. */
const AT_ONCE = 500;

export interface SeededStore {
  dataDir: string;
  /** Of chats with more messages than a page shows. */
  chatIds: string[];
  /** Whose chats they are. */
  userIds: string[];
}

/** Makes the store unless it is there. That takes some minutes for the grown one. */
export async function seededStore(size: Size): Promise<SeededStore> {
  const dataDir = join(scratch, size);
  const complete = join(dataDir, 'seeded.json');
  const wanted = JSON.stringify({ ...counts[size], MESSAGES_EACH, LONG_CHATS, MESSAGES_OF_LONG });
  const numbers = Array.from({ length: LONG_CHATS }, (_, index) => index + 1);
  const store = { dataDir, chatIds: numbers.map(chatIdOf), userIds: numbers.map(userIdOf) };
  if (existsSync(complete) && readFileSync(complete, 'utf8') === wanted) return store;

  process.stderr.write(`Making the ${size} store …\n`);
  rmSync(dataDir, { recursive: true, force: true });
  const start = [process.execPath, join(root, 'scripts', 'start.mjs')];
  const server = await run(start, { DATA_DIR: dataDir, PORT: '0', LOG_FORMAT: 'json' });
  await server.stop('SIGTERM');
  const database = new Database(join(dataDir, 'chat.db'));
  database.exec('pragma synchronous = off');
  database.exec('pragma cache_size = -1000000');
  addChats(database, counts[size]);
  addMessages(database, counts[size].chats);
  database.exec('pragma wal_checkpoint(truncate)');
  database.close();
  writeFileSync(complete, wanted);
  return store;
}

const ID = "printf('%08x-0000-4000-8000-%012x', i, i)";
const chatIdOf = (i: number) =>
  `${i.toString(16).padStart(8, '0')}-0000-4000-8000-${i.toString(16).padStart(12, '0')}`;
const userIdOf = (i: number) => `seed-user-${i}`;

function addChats(database: Database.Database, { chats, waiting, assigned }: Counts): void {
  const now = Date.now();
  const takenUpTo = chats - waiting;
  const endedUpTo = takenUpTo - assigned;
  const created = `${now} - (${chats} - i) * 30000`;
  const lastSeq = `iif(i <= ${LONG_CHATS}, ${MESSAGES_OF_LONG}, ${MESSAGES_EACH})`;
  const ifTaken = (value: string) => `iif(i <= ${takenUpTo}, ${value}, null)`;
  const ifEnded = (value: string) => `iif(i <= ${endedUpTo}, ${value}, null)`;
  const columns = {
    chat_no: 'i',
    chat_id: ID,
    user_id: "'seed-user-' || i",
    admin_id: ifTaken("'seed-admin-' || (i % 200)"),
    status: `iif(i <= ${endedUpTo}, 'ended', iif(i <= ${takenUpTo}, 'assigned', 'unassigned'))`,
    last_seq: lastSeq,
    created_at: created,
    assigned_at: ifTaken(`${created} + 10000`),
    assigned_seq: ifTaken('1'),
    ended_at: ifEnded(`${created} + 600000`),
    ended_by: ifEnded("'seed-user-' || i"),
    first_response_at: ifTaken(`${created} + 20000`),
    user_delivered_seq: lastSeq,
    user_seen_seq: lastSeq,
    admin_delivered_seq: ifTaken(lastSeq).replace('null', '0'),
    admin_seen_seq: ifTaken(lastSeq).replace('null', '0'),
  };
  database.exec(`insert into chats (${Object.keys(columns)})
    with recursive n(i) as (values (1) union all select i + 1 from n where i < ${chats})
    select ${Object.values(columns)} from n`);
  database.exec(`update desk set waiting = ${waiting}, active = ${assigned}`);
}

/** Round after round, each chat of a group in turn: so it is when people talk at the same time. */
function addMessages(database: Database.Database, chats: number): void {
  const start = Date.now() - chats * 30_000;
  const byUser = 'seq % 2';
  const columns = {
    chat_no: 'i',
    seq: 'seq',
    kind: "'message'",
    sender_role: `iif(${byUser}, 'user', 'admin')`,
    sender_id: `iif(${byUser}, 'seed-user-' || i, 'seed-admin-' || (i % 200))`,
    receiver_id: `iif(${byUser}, 'seed-admin-' || (i % 200), 'seed-user-' || i)`,
    content: "'Message ' || seq || ' of chat ' || i || ': could you see where the parcel is now?'",
    client_message_id: "printf('%08x-%04x-4000-8000-000000000000', i * 7919 % 4294967296, seq)",
    created_at: `${start} + i * 30000 + seq * 5000`,
  };
  const insert = database.prepare(`insert into messages (${Object.keys(columns)})
    with recursive s(seq) as (values (1) union all select seq + 1 from s where seq < ?),
      n(i) as (values (?) union all select i + 1 from n where i < ?)
    select ${Object.values(columns)} from s cross join n`);
  insert.run(MESSAGES_OF_LONG, 1, LONG_CHATS);
  for (let from = LONG_CHATS + 1; from <= chats; from += AT_ONCE) {
    insert.run(MESSAGES_EACH, from, Math.min(chats, from + AT_ONCE - 1));
  }
}
