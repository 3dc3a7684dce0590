/**
 * What the admins of a node are told of the queue, whoever takes part in its chats. Mostly they hear it
 * with the participants. But participants are not told what they have read when they came, and admins
 * have to hear that all the same, or somebody waits whom nobody sees.
 */
import { type Changed, changesQueue, type Done, positionOf } from '../timeline/commands.js';
import type { Audience } from './Audience.js';
import type { Feed } from './Feed.js';
import { Recent } from './Recent.js';

/** Chats whose last change is remembered, so that the admins hear of each change once. */
const TOLD_LIMIT = 20_000;

export class Desk {
  /** By chat: the `seq` of the change that was told last, 0 for the start. */
  private readonly told = new Recent<number>(TOLD_LIMIT);
  /** By chat: the `seq` of the change that is known to exist, and has to be told. */
  private readonly owed = new Map<string, number>();

  constructor(
    private readonly feed: Pick<Feed, 'deliverToDesk'>,
    private readonly audience: Pick<Audience, 'hasAdmins'>,
  ) {}

  /** -1 where nothing was told. */
  toldOf(chatId: string): number {
    return this.told.get(chatId) ?? -1;
  }

  /** What has yet to be told of a chat; undefined: nothing. */
  owes(chatId: string): number | undefined {
    return this.owed.get(chatId);
  }

  /** A chat has changed its place in the queue. */
  reveal(chatId: string, seq: number): void {
    // Admins who come later read it.
    if (this.audience.hasAdmins && seq > this.toldOf(chatId)) this.owed.set(chatId, seq);
  }

  /** Admins have heard of it with the participants. */
  passed(done: Done): void {
    if (changesQueue(done)) this.note(done.chat.chatId, positionOf(done) ?? 0);
  }

  /** To those who do not take part; what was told already is not told again. */
  tell(done: Changed): void {
    const { chatId } = done.chat;
    const seq = positionOf(done) ?? 0;
    if (seq <= this.toldOf(chatId)) return;
    this.note(chatId, seq);
    this.feed.deliverToDesk(done);
  }

  private note(chatId: string, seq: number): void {
    this.told.set(chatId, seq);
    if ((this.owed.get(chatId) ?? Infinity) <= seq) this.owed.delete(chatId);
  }
}
