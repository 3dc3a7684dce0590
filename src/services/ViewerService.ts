/**
 * Who is looking at a chat right now. Admins see each other's names there, and see a chat live that
 * nobody has taken (rule R2); a supervisor every chat, which no loss of ownership can take from them
 * (rule R5).
 */
import type { Actor } from '../auth/policy.js';
import type { Emitter } from '../feed/Emitter.js';
import type { ChatStore } from '../store/ChatStore.js';
import type { ChatViewers } from '../validations/chat.validation.js';
import { type Answer, granted } from './answers.js';

export class ViewerService {
  /** By chat: the connections that look at it, and whose they are. */
  private readonly viewers = new Map<string, Map<string, string>>();
  /** By connection: the chat it looks at. */
  private readonly looking = new Map<string, string>();

  constructor(
    private readonly store: Pick<ChatStore, 'getChat'>,
    private readonly emitter: Emitter,
  ) {}

  /**
   * @param socketId the connection that looks; it looks at one chat at a time, or (null) at none
   * @throws ChatError `chat_not_found` for a chat that the admin may not read.
   */
  async look(
    actor: Actor,
    chatId: string | null,
    socketId: string,
  ): Promise<Answer<ChatViewers | null>> {
    if (chatId !== null) granted(await this.store.getChat(actor, chatId));
    this.left(socketId);
    // The connection may have gone while the store was asked; nobody would take it out again.
    if (chatId === null || !this.emitter.isConnected(socketId)) return { data: null };
    const viewers = this.viewers.get(chatId) ?? new Map<string, string>();
    viewers.set(socketId, actor.id);
    this.viewers.set(chatId, viewers);
    this.looking.set(socketId, chatId);
    this.emitter.watch(socketId, chatId, actor.role === 'supervisor');
    this.tell(chatId);
    return { data: this.viewersOf(chatId) };
  }

  /** The connection looks at nothing any more. */
  left(socketId: string): void {
    const chatId = this.looking.get(socketId);
    if (chatId === undefined) return;
    this.looking.delete(socketId);
    this.emitter.unwatch(socketId, chatId);
    const viewers = this.viewers.get(chatId);
    viewers?.delete(socketId);
    if (viewers?.size === 0) this.viewers.delete(chatId);
    this.tell(chatId);
  }

  private tell(chatId: string): void {
    const news = this.viewersOf(chatId);
    for (const socketId of this.viewers.get(chatId)?.keys() ?? []) {
      this.emitter.toAdminSocket(socketId, 'chat_viewers', news);
    }
  }

  private viewersOf(chatId: string): ChatViewers {
    return { chatId, adminIds: [...new Set(this.viewers.get(chatId)?.values())] };
  }
}
