import { afterAll, beforeAll, describe } from 'vitest';
import { Postgres } from '../support/postgres.js';
import { storeContract } from './contract.js';
import { postgresEngine } from './postgres.js';

let postgres: Postgres;
beforeAll(async () => {
  // What survives a power failure is PostgreSQL's own affair; without the syncs this runs in a third.
  postgres = await Postgres.start(['-c', 'fsync=off']);
});
afterAll(() => postgres.remove());

const engine = postgresEngine(() => postgres);
describe(engine.name, () => storeContract(engine));
