import { describe } from 'vitest';
import { storeContract } from './contract.js';
import { sqliteEngines } from './sqlite.js';

for (const engine of sqliteEngines) describe(engine.name, () => storeContract(engine));
