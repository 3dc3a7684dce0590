/**
 * Who is looking at a chat right now. Admins see each other's names there, and see a chat live that
 * nobody has taken (rule R2); a supervisor every chat, which no loss of ownership can take from them
 * (rule R5).
 */
import type { Actor } from '../auth/policy.js';
import type { Cluster } from '../feed/Cluster.js';
import type { Emitter } from '../feed/Emitter.js';
import type { ChatStore } from '../store/ChatStore.js';
import type { Address } from '../timeline/commands.js';
import type { ChatViewers } from '../validations/chat.validation.js';
import { type Answer, granted } from './answers.js';

export class ViewerService {
  /** By chat: the connections that look at it, and whose they are. */
  private readonly viewers = new Map<string, Map<string, string>>();
  /** By connection: the chat it looks at. */
  private readonly looking = new Map<string, Address>();
  /** By connection: its last look, also one that still waits for the store. */
  private readonly latest = new Map<string, symbol>();

  constructor(
    private readonly store: Pick<ChatStore, 'getChat'>,
    private readonly emitter: Emitter,
    /** Where there are other nodes. */
    private readonly cluster?: Cluster,
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
    const look = Symbol(chatId ?? 'nothing');
    this.latest.set(socketId, look);
    const chat = chatId === null ? null : granted(await this.store.getChat(actor, chatId));
    if (chat)
      await this.cluster?.watch(chat, async () =>
        granted(await this.store.getChat(actor, chat.chatId)),
      );
    // While the store was asked the connection may have gone, or turned to something else.
    if (this.latest.get(socketId) !== look) {
      if (chat) this.cluster?.unwatch(chat);
      return { data: null };
    }
    this.turnAway(socketId);
    if (!chat) return { data: null };
    this.enter(chat, actor, socketId);
    return { data: await this.tell(chat.chatId) };
  }

  /** The connection is gone. */
  left(socketId: string): void {
    this.latest.delete(socketId);
    this.turnAway(socketId);
  }

  /** On another node somebody has come to look at a chat, or looks away. */
  changedElsewhere(chatId: string): void {
    if (this.viewers.has(chatId)) void this.tell(chatId);
  }

  /** Another node is gone, with those who looked at chats there. */
  nodeGone(): void {
    for (const chatId of this.viewers.keys()) void this.tell(chatId);
  }

  private turnAway(socketId: string): void {
    const chat = this.looking.get(socketId);
    if (!chat) return;
    const { chatId } = chat;
    this.looking.delete(socketId);
    this.emitter.unwatch(socketId, chatId);
    this.cluster?.unwatch(chat);
    this.cluster?.elsewhere.unsay(topicOf(chatId), socketId);
    const viewers = this.viewers.get(chatId);
    viewers?.delete(socketId);
    if (viewers?.size === 0) this.viewers.delete(chatId);
    this.changed(chatId);
  }

  private enter({ chatId, userId, adminId }: Address, actor: Actor, socketId: string): void {
    const viewers = this.viewers.get(chatId) ?? new Map<string, string>();
    viewers.set(socketId, actor.id);
    this.viewers.set(chatId, viewers);
    this.looking.set(socketId, { chatId, userId, adminId });
    this.cluster?.elsewhere.say(topicOf(chatId), socketId, actor.id);
    this.emitter.watch(socketId, chatId, actor.role === 'supervisor');
    this.cluster?.tellViewers(chatId);
  }

  private changed(chatId: string): void {
    void this.tell(chatId);
    this.cluster?.tellViewers(chatId);
  }

  private async tell(chatId: string): Promise<ChatViewers> {
    const elsewhere = await this.cluster?.elsewhere.heard(topicOf(chatId));
    const viewers = this.viewers.get(chatId);
    const adminIds = [...new Set([...(viewers?.values() ?? []), ...(elsewhere ?? [])])];
    const news = { chatId, adminIds };
    for (const socketId of viewers?.keys() ?? []) {
      this.emitter.toAdminSocket(socketId, 'chat_viewers', news);
    }
    return news;
  }
}

const topicOf = (chatId: string) => `viewers:${chatId}`;
