/** The trial tries itself: each build that breaks a promise on purpose has to be found out. */
import { expect, test } from 'vitest';
import { build } from '../support/changedBuild.js';
import { backends } from '../support/cluster.js';
import { seed } from '../support/random.js';
import { brokenBuilds } from './cluster/broken.js';
import { faults } from './cluster/faults.js';
import { undergo } from './cluster/ordeal.js';

const servers = backends();

test.each(brokenBuilds)(
  `$name is found out (SEED=${seed})`,
  async (broken) => {
    const first = faults.filter(({ name }) => broken.faults.test(name));
    const entry = build(broken);
    const ordeal = await undergo(servers, { seed, nodes: 2, first, entry });
    expect(ordeal.broken).toContainEqual(expect.stringMatching(broken.found));
  },
  300_000,
);
