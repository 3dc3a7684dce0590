/**
 * What the admins of a node are told of the queue, whoever takes part in its chats. Of each chat they
 * hear the changes once, and rising; one that another has overtaken is not told any more. Mostly they
 * hear them with those who take part. But who has read a change is not told of it, and admins have to
 * be, or somebody is waiting whom nobody sees.
 */
import { type Changed, positionOf } from '../timeline/commands.js';
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
    private readonly audience: Pick<Audience, 'hasAdmins'>,
  ) {}

  hasTold(done: Changed): boolean {
    return seqOf(done) <= (this.told.get(done.chat.chatId) ?? -1);
  }

  /** The `seq` of what has yet to be told of a chat; undefined: nothing. */
  owes(chatId: string): number | undefined {
    return this.owed.get(chatId);
  }

  /** A chat has changed its place in the queue. */
  reveal(chatId: string, seq: number): void {
    const known = Math.max(this.told.get(chatId) ?? -1, this.owed.get(chatId) ?? -1);
    // Admins who come later read it.
    if (this.audience.hasAdmins && seq > known) this.owed.set(chatId, seq);
  }

  tell(done: Changed): void {
    this.note(done);
    this.feed.deliverToDesk(done);
  }

  /** Admins have heard of it together with those who take part. */
  note(done: Changed): void {
    const { chatId } = done.chat;
    this.told.set(chatId, seqOf(done));
    if ((this.owed.get(chatId) ?? Infinity) <= seqOf(done)) this.owed.delete(chatId);
  }
}

const seqOf = (done: Changed) => positionOf(done) ?? 0;
