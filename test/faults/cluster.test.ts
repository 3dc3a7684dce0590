/**
 * Nodes, lines, Redis and PostgreSQL fail, each alone and in pairs, while people chat. `npm run faults`
 * does the same for longer, and prints what came of it.
 */
import { appendFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { expect, test } from 'vitest';
import { backends } from '../support/cluster.js';
import { seed } from '../support/random.js';
import { faults } from './cluster/faults.js';
import { undergo } from './cluster/ordeal.js';

const servers = backends();

function machine(): string {
  const [first] = cpus();
  return `${cpus().length} × ${first?.model.trim()}, Node ${process.version}, PostgreSQL 18, Redis 7`;
}

/** Seconds for pairs of faults, after each has struck alone. */
const pairs = Number(process.env.FAULTS_SECONDS ?? 0);

test(
  `[P1]–[P8] promises hold through every fault (SEED=${seed})`,
  async () => {
    const tell = (line: string) => pairs > 0 && process.stderr.write(`${line}\n`);
    const ordeal = await undergo(servers, { seed, pairsFor: pairs * 1000, tell });
    const { FAULTS_REPORT: report } = process.env;
    if (report) {
      const struck = Object.fromEntries(ordeal.struck);
      const line = { at: new Date(), machine: machine(), ...ordeal, struck };
      appendFileSync(report, `${JSON.stringify(line)}\n`);
    }
    expect(ordeal.broken).toEqual([]);
    expect([...ordeal.struck.keys()].sort()).toEqual(faults.map(({ name }) => name).sort());
    expect(ordeal.acked).toBeGreaterThan(500);
    expect(ordeal.readBack).toBeGreaterThan(20);
  },
  600_000 + pairs * 2000,
);
