/** The chats that wait for an admin, kept current. */
import { Computed } from './readable.js';
import type { Chat, ChatsPage } from './wire.js';

export interface QueueState {
  /** Oldest first. */
  chats: readonly Chat[];
  /** Whether everything that waited when the client connected is here. */
  complete: boolean;
}

/** How many chats that have left are remembered, against news that come late. */
const REMEMBERED = 1000;

export class Queue {
  readonly state = new Computed<QueueState>(() => ({
    chats: [...this.chats.values()].sort(byAge),
    complete: this.complete,
  }));
  private readonly chats = new Map<string, Chat>();
  /** The `seq` with which a chat has left: a snapshot from before it is old. */
  private readonly left = new Map<string, number>();
  private complete = false;
  private loads = 0;
  /** Chats that have been heard of since the present load began. */
  private heard = new Set<string>();

  get(chatId: string): Chat | undefined {
    return this.chats.get(chatId);
  }

  put(chat: Chat): void {
    if (this.take(chat)) this.state.changed();
  }

  remove(chatId: string, seq: number): void {
    this.left.delete(chatId);
    this.left.set(chatId, seq);
    if (this.left.size > REMEMBERED) this.left.delete(this.left.keys().next().value as string);
    const chat = this.chats.get(chatId);
    if (!chat || chat.lastSeq >= seq) return;
    this.chats.delete(chatId);
    this.state.changed();
  }

  /** Reads the whole queue, page by page, and lets go of what is not in it any more. */
  async load(page: (cursor: string | undefined) => Promise<ChatsPage>): Promise<void> {
    const load = ++this.loads;
    this.heard = new Set();
    let cursor: string | undefined;
    do {
      const { chats, nextCursor } = await page(cursor);
      if (load !== this.loads) return;
      for (const chat of chats) this.take(chat);
      this.state.changed();
      cursor = nextCursor ?? undefined;
    } while (cursor);
    for (const chatId of this.chats.keys()) if (!this.heard.has(chatId)) this.chats.delete(chatId);
    this.complete = true;
    this.state.changed();
  }

  private take(chat: Chat): boolean {
    if ((this.left.get(chat.chatId) ?? 0) > chat.lastSeq) return false;
    this.heard.add(chat.chatId);
    this.chats.set(chat.chatId, chat);
    return true;
  }
}

function byAge(one: Chat, other: Chat): number {
  if (one.createdAt === other.createdAt) return 0;
  return one.createdAt < other.createdAt ? -1 : 1;
}
