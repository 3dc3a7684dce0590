/** One run: people chat, faults strike, and in the end every promise is held against the records. */

import { until } from '../../support/clients.js';
import type { Backends } from '../../support/cluster.js';
import { readHistories } from '../auditor.js';
import { Crowd } from '../crowd.js';
import { unequalQueues, unlearnt } from '../promises.js';
import { type Fault, faults, pair } from './faults.js';
import { World } from './world.js';

/** After the last fault everybody has to know everything within this, in milliseconds. */
const EQUAL_WITHIN = 10_000;
/** Messages that have to be acked between two faults, so that each is a fault of a working system. */
const WORK_BETWEEN = 25;
/** After how many messages an admin gives a chat back, so that owners change. */
const HANDS_BACK = 80;

export interface OrdealOptions {
  seed: number;
  nodes?: number;
  /** Each strikes once in this order, then pairs by chance until the time is over. */
  first?: Fault[];
  /** Milliseconds for pairs. */
  pairsFor?: number;
  entry?: string;
  /** Hears what happens, for those who wait. */
  tell?: (line: string) => void;
}

export interface Ordeal {
  seed: number;
  broken: string[];
  acked: number;
  chats: number;
  entries: number;
  /** Acked messages that were looked for at once, mostly on another node. */
  readBack: number;
  seconds: number;
  /** By fault: how often it struck, and the longest time from its healing to the next acked message. */
  struck: Map<string, { times: number; recovery: number }>;
  /** Milliseconds from the end of the talk until the last of it was learnt. */
  equalAfter: number;
}

export async function undergo(backends: Backends, options: OrdealOptions): Promise<Ordeal> {
  const { seed, nodes = 3, first = faults, pairsFor = 0, entry, tell = () => {} } = options;
  const began = Date.now();
  const world = await World.start(backends, { seed, nodes, ...(entry && { entry }) });
  const crowd = new Crowd(world.line.url, HANDS_BACK);
  const before = await baseline(world, crowd);
  const struck: Ordeal['struck'] = new Map();
  const suffer = async (...due: Fault[]) => {
    const took = await sufferOnce(world, crowd, due, struck);
    tell(`${due.map(({ name }) => name).join(' AND ')}: ${took} ms to the next ack`);
  };
  for (const fault of first) await suffer(fault);
  const end = Date.now() + pairsFor;
  while (Date.now() < end) {
    await suffer(...pair(world.random));
  }
  tell(`the talk ends after ${crowd.acked} messages`);
  await crowd.stop();
  const { equalAfter, broken: unequal } = await waitUntilEqual(world, crowd);
  const { broken, records, histories } = await crowd.reckon();
  crowd.leave();
  const leaks = await checkFootprint(world, before);
  world.finish();
  return {
    seed,
    broken: [...broken, ...unequal, ...leaks, ...world.unplanned],
    acked: records.flatMap(({ sent }) => sent).filter(({ acks }) => acks.length > 0).length,
    chats: histories.length,
    entries: histories.reduce((sum, { entries }) => sum + entries.length, 0),
    readBack: records.flatMap(({ readBack }) => readBack).length,
    seconds: Math.round((Date.now() - began) / 1000),
    struck,
    equalAfter,
  };
}

/** What nodes take up once they have worked a little. */
async function baseline(world: World, crowd: Crowd) {
  await until(() => crowd.acked > 50, 'the talk to begin', 30_000);
  return world.footprint();
}

/** Faults that strike one right after the other, and heal when each has lasted. */
async function sufferOnce(world: World, crowd: Crowd, due: Fault[], struck: Ordeal['struck']) {
  const enough = crowd.acked + WORK_BETWEEN;
  await until(() => crowd.acked >= enough, 'messages to be acked before a fault', 60_000);
  const healed = due.map(async ({ lasts, strike }) => {
    const heal = await strike(world);
    await new Promise((resolve) => setTimeout(resolve, lasts));
    await heal?.();
  });
  await Promise.all(healed);
  const healedAt = Date.now();
  const { acked } = crowd;
  const names = due.map(({ name }) => name).join(' and ');
  await until(() => crowd.acked > acked, `an ack after ${names}`, 60_000);
  const took = Date.now() - healedAt;
  for (const { name } of due) {
    const { times = 0, recovery = 0 } = struck.get(name) ?? {};
    struck.set(name, { times: times + 1, recovery: Math.max(recovery, took) });
  }
  return took;
}

/**
 * Everybody learns everything by what they are told and by filling gaps, without asking for more. To read
 * the history takes longer than that, so what counts is when the last of it was learnt.
 */
async function waitUntilEqual(world: World, crowd: Crowd) {
  const began = Date.now();
  for (;;) {
    const since = Date.now() - began;
    const histories = await readHistories(world.line.url);
    const { records } = crowd;
    const lacking = [...unlearnt(records, histories), ...unequalQueues(records, histories)];
    const equalAfter = Math.max(0, crowd.learntAt - began);
    if (lacking.length === 0) {
      const isLate = equalAfter > EQUAL_WITHIN;
      return {
        equalAfter,
        broken: isLate ? [`[P3] all knew all only after ${equalAfter} ms`] : [],
      };
    }
    // A reading that began before that may be older than what somebody has learnt.
    if (since > EQUAL_WITHIN) {
      return { equalAfter, broken: lacking.map((line) => `${line} within ${EQUAL_WITHIN} ms`) };
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** When everybody has left, sockets and files are as few as at the beginning, and memory is bounded. */
async function checkFootprint(world: World, before: ReturnType<World['footprint']>) {
  const giveUp = Date.now() + 10_000;
  for (;;) {
    const { files, megabytes } = world.footprint();
    const leaks = [];
    if (files > before.files + 10) leaks.push(`${files} files and sockets, ${before.files} before`);
    if (megabytes > before.megabytes + 150)
      leaks.push(`${megabytes} MB, ${before.megabytes} before`);
    if (leaks.length === 0 || Date.now() > giveUp) return leaks.map((leak) => `a node has ${leak}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
