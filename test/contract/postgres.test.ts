import { afterAll, beforeAll, describe } from 'vitest';
import { Postgres } from '../support/postgres.js';
import { storeContract } from './contract.js';
import { postgresEngines } from './postgres.js';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await Postgres.start();
});
afterAll(() => postgres.remove());

describe.each(postgresEngines(() => postgres))('$name', storeContract);
