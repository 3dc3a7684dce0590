/** Which chats wait, by what an admin was told and has read, in whatever order that came. */
import type { ChatsPage } from '../../src/validations/chat.validation.js';

interface Known {
  /** Of the entry after which it was so. */
  seq: number;
  waits: boolean;
}

export class KnownQueue {
  private readonly chats = new Map<string, Known>();
  /** What was heard of since the present reading began. */
  private heard = new Set<string>();

  /**
   * @param waiting kept current
   * @param changed hears when it has become another
   */
  constructor(
    private readonly waiting: Set<string>,
    private readonly changed: () => void,
  ) {}

  note(chatId: string, seq: number, waits: boolean): void {
    this.heard.add(chatId);
    const known = this.chats.get(chatId);
    if (known && known.seq > seq) return;
    this.chats.set(chatId, { seq, waits });
    if (this.waiting.has(chatId) === waits) return;
    if (waits) this.waiting.add(chatId);
    else this.waiting.delete(chatId);
    this.changed();
  }

  /**
   * Reads the whole queue; what is not in it, and was not heard of meanwhile, has left it.
   * @param page undefined: it is not wanted any more. A later reading takes the place of this one.
   */
  async read(page: (cursor: string | null) => Promise<ChatsPage | undefined>): Promise<void> {
    const heard = new Set<string>();
    this.heard = heard;
    let cursor: string | null = null;
    do {
      const read = await page(cursor);
      if (!read || this.heard !== heard) return;
      for (const { chatId, lastSeq } of read.chats) this.note(chatId, lastSeq, true);
      cursor = read.nextCursor;
    } while (cursor !== null);
    for (const chatId of this.waiting) {
      if (heard.has(chatId)) continue;
      this.waiting.delete(chatId);
      this.changed();
    }
  }
}
