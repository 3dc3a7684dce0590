/** The migrations in their order. One that has been released is never changed, only followed. */
import type { Migration, MigrationProvider } from 'kysely';
import * as timeline from './0001_timeline.js';
import * as accounts from './0002_accounts.js';
import * as oversight from './0003_oversight.js';
import * as scrubbing from './0004_scrubbing.js';

const migrations: Record<string, Migration> = {
  '0001_timeline': timeline,
  '0002_accounts': accounts,
  '0003_oversight': oversight,
  '0004_scrubbing': scrubbing,
};

export const migrationProvider: MigrationProvider = {
  getMigrations: () => Promise.resolve(migrations),
};
