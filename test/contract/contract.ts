/**
 * The contract of `src/store/ChatStore.ts`, `AccountStore.ts` and `OversightStore.ts` beside it, for
 * any engine. A new database is held to all of it by one line: `describe(engine.name, () => storeContract(engine))`.
 */
import { describe } from 'vitest';
import { accountsContract } from './accounts.js';
import { appendContract } from './append.js';
import type { Engine } from './engine.js';
import { figuresContract } from './figures.js';
import { onceContract } from './once.js';
import { oversightContract } from './oversight.js';
import { randomContract } from './random.js';
import { readingContract } from './reading.js';
import { versionsContract } from './versions.js';

export function storeContract(engine: Engine): void {
  describe('append', () => appendContract(engine));
  describe('once', () => onceContract(engine));
  describe('reading', () => readingContract(engine));
  describe('figures of the desk', () => figuresContract(engine));
  describe('accounts', () => accountsContract(engine));
  describe('people and access', () => oversightContract(engine));
  describe('versions of the data', () => versionsContract(engine));
  describe('random commands', () => randomContract(engine));
}
