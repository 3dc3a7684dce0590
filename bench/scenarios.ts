/** What is measured: each scenario is a load, the contenders that take it, and the figures it gives. */
import {
  type Contender,
  chatServer,
  coalescedRelay,
  onPostgres,
  prosody,
  relay,
  startedByNpm,
} from './contenders.js';
import type { FigureName } from './figures.js';
import { generate } from './generator.js';
import type { OwnUse } from './load/ownUse.js';
import { PAIRS, PASSWORD } from './peers/prosody.js';
import type { Running } from './processes.js';
import { seededStore } from './seed.js';
import { type Shape, shapes, windowOf } from './shapes.js';

export type Figures = Partial<Record<FigureName, number>>;

export interface Scenario {
  name: string;
  does: string;
  contenders: Contender[];
  /** Against a contender that has just been started. */
  run(running: Running, contender: Contender): Promise<Figures>;
}

/** Medians of the scenarios before, for those whose load depends on them. */
export type MedianOf = (scenario: string, contender: string, figure: FigureName) => number;

export interface Scale {
  quick: boolean;
  /** Chat servers of others take part. */
  peers: boolean;
  /** The server, and whatever it is compared with in every scenario it can take part in. */
  servers: Contender[];
  medianOf: MedianOf;
}

/** In the order in which they run. */
export function scenarios(scale: Scale): Scenario[] {
  const { quick, peers } = scale;
  return [
    start(quick),
    ...shapes.map((shape) => saturation(shape, scale)),
    named(scale),
    ...shapes.slice(0, quick ? 1 : undefined).map((shape) => latency(shape, scale)),
    ...(quick ? [] : [grownChat(), grownPages(), onDatabases(scale)]),
    ...(peers ? [withPeers(scale)] : []),
    watchers(scale),
    storm(scale),
    idle(scale),
  ];
}

const relays = [relay, coalescedRelay];

function saturation(shape: Shape, { quick, servers }: Scale): Scenario {
  return {
    name: `chat, ${shape.name}`,
    does: 'Both sides of every chat send as fast as answers come.',
    contenders: [...relays, ...servers],
    run: (running) => saturate(running, shape, quick),
  };
}

/** What it costs to recognise repeats: the SDK names each message, a stock client none. */
function named({ quick, servers }: Scale): Scenario {
  const [shape] = shapes;
  return {
    name: `named, ${shape.name}`,
    does: 'The same, and every message has a clientMessageId.',
    contenders: [coalescedRelay, ...servers],
    run: (running) => saturate(running, shape, quick, true),
  };
}

async function saturate(
  running: Running,
  shape: Shape,
  quick: boolean,
  named = false,
): Promise<Figures> {
  const { users, admins } = shape;
  const chats = { users, admins, named, window: windowOf(shape), ...duration(quick) };
  const result = await generate({ kind: 'chat', ...on(running), ...chats });
  const { messagesPerSecond, cpuPerMessage, server } = result;
  return {
    messagesPerSecond,
    cpuPerMessage,
    mainThreadShare: server.mainThreadShare,
    ...own(result),
  };
}

function latency(shape: Shape, { quick, servers, medianOf }: Scale): Scenario {
  return {
    name: `latency, ${shape.name}`,
    does: "Messages at a fixed rate: half of the relay's median at saturation.",
    contenders: [...relays, ...servers],
    run: async (running) => {
      const { name, users, admins } = shape;
      const rate = medianOf(`chat, ${name}`, relay.name, 'messagesPerSecond') / 2;
      const chats = { users, admins, named: false, rate, ...duration(quick) };
      const result = await generate({ kind: 'chat', ...on(running), ...chats });
      const { messagesPerSecond, cpuPerMessage, latency: milliseconds } = result;
      const { p50, p99 } = milliseconds ?? {};
      if (p50 === undefined || p99 === undefined) throw new Error('no message arrived');
      return { messagesPerSecond, cpuPerMessage, p50, p99, ...own(result) };
    },
  };
}

function idle({ quick, servers }: Scale): Scenario {
  const connections = quick ? 2000 : 10_000;
  return {
    name: `idle, ${count(connections)} connections`,
    does: 'Users who only stay; then all connections are cut and come back at once.',
    contenders: [relay, ...servers],
    run: async (running) => {
      const settleSeconds = quick ? 3 : 8;
      const load = { kind: 'idle', ...on(running), connections, settleSeconds } as const;
      const result = await generate(load);
      const { bytesPerConnection, reconnectSeconds } = result;
      return { bytesPerConnection, reconnectSeconds, ...own(result) };
    },
  };
}

function storm({ quick, servers }: Scale): Scenario {
  const users = quick ? 200 : 1000;
  return {
    name: `storm, ${count(users)} users`,
    does: 'All connect at once, start a chat, and 20 admins take each as it appears.',
    contenders: [relay, ...servers],
    run: async (running) => {
      const load = { kind: 'storm', ...on(running), users, admins: 20 } as const;
      const result = await generate(load);
      return { stormSeconds: result.seconds, ...own(result) };
    },
  };
}

function watchers({ quick, servers }: Scale): Scenario {
  const admins = quick ? 200 : 1000;
  return {
    name: `watchers, ${count(admins)} admins`,
    does: '20 chats a second come into the queue that all admins watch, and are taken.',
    contenders: [relay, ...servers],
    run: async (running) => {
      const chats = { admins, chatsPerSecond: 20, seconds: quick ? 2 : 5 };
      const result = await generate({ kind: 'watchers', ...on(running), ...chats });
      const { lastAdminHeard, server } = result;
      return { lastAdminHeard, mainThreadShare: server.mainThreadShare, ...own(result) };
    },
  };
}

/** The same server on a store with few chats and on one with a million. */
const onStores = { small: 'small store', grown: 'grown store' } as const;
const serversOnStores = (['small', 'grown'] as const).map((store) =>
  chatServer(onStores[store], { store }),
);

function grownChat(): Scenario {
  const [shape] = shapes;
  return {
    name: 'grown, chat',
    does: `${shape.name}, as fast as answers come.`,
    contenders: serversOnStores,
    run: (running) => saturate(running, shape, false),
  };
}

function grownPages(): Scenario {
  return {
    name: 'grown, pages',
    does: 'A supervisor reads the queue (100 chats), histories (50 messages), the chats of a user.',
    contenders: serversOnStores,
    run: async (running, { name }) => {
      const { chatIds, userIds } = await seededStore(name === onStores.small ? 'small' : 'grown');
      const load = { kind: 'pages', ...on(running), chatIds, userIds, times: 500 } as const;
      const { queue, history, ofUser } = await generate(load);
      return { queueP99: queue.p99, historyP99: history.p99, ofUserP99: ofUser.p99 };
    },
  };
}

/** One node on PostgreSQL, which runs on the same machine, beside one on its own file. */
function onDatabases({ quick, servers }: Scale): Scenario {
  const [shape] = shapes;
  return {
    name: `database, ${shape.name}`,
    does: 'The chat load on the embedded database and on a PostgreSQL beside it.',
    contenders: [...servers, onPostgres],
    run: (running) => saturate(running, shape, quick),
  };
}

/** What others do with durability left out; both sides of each of their chats send too. */
function withPeers({ quick, servers }: Scale): Scenario {
  const shape: Shape = { name: '100 pairs', users: PAIRS, admins: PAIRS };
  return {
    name: `peers, ${shape.name}`,
    does: 'Prosody with its archive on, in its own protocol.',
    contenders: [prosody, ...servers],
    run: async (running, { name }) => {
      if (name !== prosody.name) return saturate(running, shape, quick);
      // Few on their way: more would only wait longer, and make it no faster.
      const xmpp = { pairs: PAIRS, password: PASSWORD, window: 2 };
      const load = { kind: 'xmpp', ...on(running), ...xmpp, warmUpSeconds: 4, seconds: 4 } as const;
      const result = await generate(load);
      const { messagesPerSecond, cpuPerMessage } = result;
      return { messagesPerSecond, cpuPerMessage, ...own(result) };
    },
  };
}

function start(quick: boolean): Scenario {
  const contenders = [startedByNpm('empty store')];
  if (!quick) contenders.push(startedByNpm('grown store', 'grown'));
  return {
    name: 'start',
    does: 'From `npm start`, already built, to ready.',
    contenders,
    run: ({ startSeconds }) => Promise.resolve({ startSeconds }),
  };
}

const duration = (quick: boolean) =>
  quick ? { warmUpSeconds: 1, seconds: 2 } : { warmUpSeconds: 2, seconds: 4 };

const count = (value: number) => value.toLocaleString('en');

const on = ({ port, pid }: Running) => ({ port, pid });

function own({ generator }: { generator: OwnUse }): Figures {
  return { generatorShare: generator.cpuShare, generatorLoopShare: generator.loopShare };
}
