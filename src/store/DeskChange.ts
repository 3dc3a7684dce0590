/**
 * What a batch changes in the figures of the desk. They are kept up in the same transaction, so that
 * the overview reads a few rows instead of counting chats.
 */
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Chat, Overview } from '../validations/chat.validation.js';
import type { HourRow, Tables } from './schema.js';

const HOUR = 3_600_000;

export class DeskChange {
  private waiting = 0;
  private active = 0;
  private readonly hour: HourRow;

  /** @param now milliseconds since 1970 */
  constructor(before: ReadonlyMap<string, Chat>, after: readonly Chat[], now: number) {
    this.hour = {
      hour: now - (now % HOUR),
      started: 0,
      ended: 0,
      responses: 0,
      response_time: 0,
      resolution_time: 0,
    };
    for (const chat of after) this.count(before.get(chat.chatId), chat);
  }

  /** Nothing is written for a batch of messages alone. */
  async save(trx: Transaction<Tables>): Promise<void> {
    if (this.waiting !== 0 || this.active !== 0) {
      await trx
        .updateTable('desk')
        .set({
          waiting: sql`waiting + ${this.waiting}`,
          active: sql`active + ${this.active}`,
        })
        .execute();
    }
    const { started, ended, responses } = this.hour;
    if (started === 0 && ended === 0 && responses === 0) return;
    await trx
      .insertInto('hours')
      .values(this.hour)
      .onConflict((conflict) =>
        conflict.column('hour').doUpdateSet({
          started: sql`hours.started + excluded.started`,
          ended: sql`hours.ended + excluded.ended`,
          responses: sql`hours.responses + excluded.responses`,
          response_time: sql`hours.response_time + excluded.response_time`,
          resolution_time: sql`hours.resolution_time + excluded.resolution_time`,
        }),
      )
      .execute();
  }

  private count(before: Chat | undefined, after: Chat): void {
    this.waiting += Number(after.status === 'unassigned') - Number(before?.status === 'unassigned');
    this.active += Number(after.status === 'assigned') - Number(before?.status === 'assigned');
    // Clocks are set back, and those of two nodes differ; no time is below nothing.
    const since = (time: string) => Math.max(0, Date.parse(time) - Date.parse(after.createdAt));
    if (!before) this.hour.started++;
    if (after.firstResponseAt !== null && !before?.firstResponseAt) {
      this.hour.responses++;
      this.hour.response_time += since(after.firstResponseAt);
    }
    if (after.endedAt !== null && !before?.endedAt) {
      this.hour.ended++;
      this.hour.resolution_time += since(after.endedAt);
    }
  }
}

/** The figures now, and of the hours of the last day in which anything happened. */
export async function readOverview(db: Kysely<Tables>): Promise<Overview> {
  const desk = await db.selectFrom('desk').select(['waiting', 'active']).executeTakeFirstOrThrow();
  const hours = await db
    .selectFrom('hours')
    .selectAll()
    .where('hour', '>', Date.now() - 24 * HOUR)
    .orderBy('hour')
    .execute();
  return {
    ...desk,
    hours: hours.map((row) => ({
      hour: new Date(row.hour).toISOString(),
      started: row.started,
      ended: row.ended,
      firstResponse: row.responses ? row.response_time / row.responses : null,
      resolution: row.ended ? row.resolution_time / row.ended : null,
    })),
  };
}
