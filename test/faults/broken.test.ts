/** The trial tries itself: each build that breaks a promise on purpose has to be found out. */
import { expect, test } from 'vitest';
import { build } from '../support/changedBuild.js';
import { backends } from '../support/cluster.js';
import { seed } from '../support/random.js';
import { brokenBuilds } from './cluster/broken.js';
import { faults } from './cluster/faults.js';
import { undergo } from './cluster/ordeal.js';

const servers = backends();

/** A fault strikes by chance what is on its way, and may miss what a build does wrong with it. */
const TRIALS = 5;

test.each(brokenBuilds)(
  `$name is found out (SEED=${seed})`,
  async (broken) => {
    const first = faults.filter(({ name }) => broken.faults.test(name));
    const entry = build(broken);
    const reported: string[] = [];
    const isFoundOut = () => reported.some((one) => broken.found.test(one));
    for (let trial = 0; trial < TRIALS && !isFoundOut(); trial++) {
      const ordeal = await undergo(servers, { seed: seed + trial, nodes: 2, first, entry });
      reported.push(...ordeal.broken);
    }
    expect(reported).toContainEqual(expect.stringMatching(broken.found));
  },
  300_000,
);
