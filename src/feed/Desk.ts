/**
 * What the admins of a node are told of the queue, whoever takes part in its chats. Of each chat they
 * hear the changes once, and rising; one that another has overtaken is not told any more. Mostly they
 * hear them with those who take part. But who has read a change is not told of it, and admins have to
 * be, or somebody is waiting whom nobody sees.
 */
import type { Changed } from '../timeline/commands.js';
import type { Audience } from './Audience.js';
import type { Feed } from './Feed.js';
import { Recent } from './Recent.js';

/** Chats whose last change is remembered. */
const TOLD_LIMIT = 20_000;

export class Desk {
  /** By chat: the `seq` of the change that was told last, 0 for the start. */
  private readonly told = new Recent<number>(TOLD_LIMIT);
  /** By chat: the `seq` of the last change that is known to exist, and has to be told. */
  private readonly owed = new Map<string, number>();

  constructor(
    private readonly feed: Pick<Feed, 'deliverToDesk'>,
    private readonly audience: Pick<Audience, 'hasAdmins' | 'adminsSince'>,
  ) {}

  /**
   * Whether a hint cannot be of something that all admins here have read when they came. Where clocks
   * differ it is for the sweep to tell.
   */
  isNews({ chat, entry }: Changed): boolean {
    return Date.parse(entry?.createdAt ?? chat.createdAt) >= this.audience.adminsSince;
  }

  /** This change, or a later one. */
  hasTold(chatId: string, seq: number): boolean {
    return seq <= (this.told.get(chatId) ?? -1);
  }

  /** The `seq` of what has yet to be told of a chat; undefined: nothing. */
  owes(chatId: string): number | undefined {
    return this.owed.get(chatId);
  }

  /** A chat has changed its place in the queue. */
  reveal(chatId: string, seq: number): void {
    if (this.hasTold(chatId, seq) || seq <= (this.owed.get(chatId) ?? -1)) return;
    if (this.audience.hasAdmins) this.owed.set(chatId, seq);
    // Whoever comes later reads it.
    else this.note(chatId, seq);
  }

  tell(done: Changed, seq: number): void {
    this.note(done.chat.chatId, seq);
    this.feed.deliverToDesk(done);
  }

  /** Of this change the admins have heard. */
  note(chatId: string, seq: number): void {
    this.told.set(chatId, Math.max(seq, this.told.get(chatId) ?? -1));
    if ((this.owed.get(chatId) ?? Infinity) <= seq) this.owed.delete(chatId);
  }
}
