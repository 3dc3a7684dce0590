import type { Transaction } from 'kysely';
import { KyselyChatStore } from './KyselyChatStore.js';
import { PostgresUnavailable } from './postgres.js';
import type { Tables } from './schema.js';

/** Times that a transaction is tried when another one was in its way. */
const TRIES = 5;

/**
 * The store on PostgreSQL, where many nodes write at once. A batch locks the rows of its chats in one
 * order before it reads them; what locks cannot keep apart (two first chats of one user) a unique
 * index does, and the batch that came second is decided anew.
 */
export class PostgresChatStore extends KyselyChatStore {
  protected override readonly locksRows = true;

  /** A pool that is closed turns away even those who wait in it, so they are let through first. */
  override async close(): Promise<void> {
    await this.settled;
    await this.db.destroy();
  }

  protected override async transact<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await super.transact(work);
      } catch (error) {
        if (!lostRace(error) || tries === TRIES) throw error;
      }
    }
  }
}

const UNIQUE_VIOLATION = '23505';

/** Rolled back as a whole, and not because of what it says: the same may succeed now. */
function lostRace(error: unknown): boolean {
  if (error instanceof PostgresUnavailable) return error.sqlState?.startsWith('40') ?? false;
  return error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION;
}
