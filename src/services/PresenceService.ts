/**
 * Who is there: which users and admins are connected, on which page a user is, who types. All of it is
 * short-lived and in memory; nothing is stored.
 */
import { type Actor, mayWrite, sideOf } from '../auth/policy.js';
import { ChatError } from '../errors.js';
import type { Emitter } from '../feed/Emitter.js';
import type { Logger } from '../log.js';
import type { ChatStore, OpenChat } from '../store/ChatStore.js';
import type { Page, Typing, UserPresence } from '../validations/chat.validation.js';
import { type Answer, granted, type Nothing } from './answers.js';

/** A page that reloads is gone for a moment; that is no news. In milliseconds. */
const GRACE = 3000;

interface Present {
  connections: number;
  page: Page | null;
  leaving?: NodeJS.Timeout | undefined;
}

export class PresenceService {
  private readonly users = new Map<string, Present>();
  private readonly admins = new Map<string, Present>();

  constructor(
    private readonly store: Pick<ChatStore, 'getChat' | 'getOpenChats'>,
    private readonly emitter: Emitter,
    private readonly log: Logger,
  ) {}

  get supportOnline(): boolean {
    return this.admins.size > 0;
  }

  /** @param openChats of the identity that has come. */
  arrived(actor: Actor, openChats: readonly OpenChat[]): void {
    const side = this.side(actor);
    const known = side.get(actor.id);
    if (known) {
      known.connections++;
      clearTimeout(known.leaving);
      known.leaving = undefined;
      return;
    }
    const wasOnline = this.supportOnline;
    side.set(actor.id, { connections: 1, page: null });
    if (sideOf(actor.role) === 'user') this.tell(actor.id, openChats);
    else if (!wasOnline) this.emitter.toUsers('support_presence', { online: true });
  }

  /** Call it once for each {@link arrived}. */
  left(actor: Actor): void {
    const side = this.side(actor);
    const known = side.get(actor.id);
    if (!known || --known.connections > 0) return;
    known.leaving = setTimeout(() => {
      side.delete(actor.id);
      if (sideOf(actor.role) === 'user') this.tellAdmins(actor);
      else if (!this.supportOnline) this.emitter.toUsers('support_presence', { online: false });
    }, GRACE).unref();
  }

  /** @throws ChatError `chat_not_found` for a chat that the admin may not read. */
  async getUserPresence(actor: Actor, chatId: string): Promise<Answer<UserPresence>> {
    const { userId } = granted(await this.store.getChat(actor, chatId));
    return { data: this.presenceOf(userId) };
  }

  async visitPage(actor: Actor, page: Page): Promise<Answer<Nothing>> {
    const known = this.users.get(actor.id);
    if (known) known.page = page;
    this.tell(actor.id, await this.store.getOpenChats(actor));
    return { data: {} };
  }

  /** @throws ChatError when the chat is not theirs, or has ended. */
  async typing(actor: Actor, { chatId, typing, preview }: Typing): Promise<Answer<Nothing>> {
    const chat = granted(await this.store.getChat(actor, chatId));
    const refused = mayWrite(actor, chat);
    if (refused) throw new ChatError(refused);
    const senderRole = sideOf(actor.role);
    const news = { chatId, senderId: actor.id, senderRole, typing };
    if (senderRole === 'admin') this.emitter.toUser(chat.userId, 'typing', news);
    else
      this.emitter.toAdminsOf(chat, 'typing', preview === undefined ? news : { ...news, preview });
    return { data: {} };
  }

  private presenceOf(userId: string): UserPresence {
    const known = this.users.get(userId);
    return { userId, online: known !== undefined, page: known?.page ?? null };
  }

  private tellAdmins(actor: Actor): void {
    this.store
      .getOpenChats(actor)
      .then((chats) => this.tell(actor.id, chats))
      .catch((err: unknown) => this.log.warn({ err }, 'the presence of a user was not told'));
  }

  private tell(userId: string, openChats: readonly OpenChat[]): void {
    const presence = this.presenceOf(userId);
    for (const chat of openChats) this.emitter.toAdminsOf(chat, 'user_presence', presence);
  }

  private side(actor: Actor): Map<string, Present> {
    return sideOf(actor.role) === 'user' ? this.users : this.admins;
  }
}
