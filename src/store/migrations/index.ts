/** The migrations in their order. One that has been released is never changed, only followed. */
import type { Migration, MigrationProvider } from 'kysely';
import * as timeline from './0001_timeline.js';

const migrations: Record<string, Migration> = { '0001_timeline': timeline };

export const migrationProvider: MigrationProvider = {
  getMigrations: () => Promise.resolve(migrations),
};
