/**
 * Who is there: which users and admins are connected, on which page a user is, who types. All of it is
 * short-lived; each node has its own in memory, and says it to the others where there are any.
 */
import { type Actor, mayWrite, sideOf } from '../auth/policy.js';
import { ChatError } from '../errors.js';
import type { Elsewhere } from '../feed/Elsewhere.js';
import type { Emitter } from '../feed/Emitter.js';
import type { Reach } from '../feed/Reach.js';
import type { Logger } from '../log.js';
import type { ChatStore, OpenChat } from '../store/ChatStore.js';
import type { Address } from '../timeline/commands.js';
import type { Page, Typing, UserPresence } from '../validations/chat.validation.js';
import { type Answer, granted, type Nothing } from './answers.js';

/** A page that reloads is gone for a moment; that is no news. In milliseconds. */
const GRACE = 3000;

interface Present {
  connections: number;
  page: Page | null;
  leaving?: NodeJS.Timeout | undefined;
}

const topicOf = (userId: string) => `user:${userId}`;

export class PresenceService {
  private toldOnline = false;
  private readonly users = new Map<string, Present>();
  private readonly admins = new Map<string, Present>();

  constructor(
    private readonly store: Pick<ChatStore, 'getChat' | 'getOpenChats'>,
    private readonly emitter: Pick<Emitter, 'toUsers' | 'toAdminsOf'>,
    private readonly reach: Reach,
    private readonly log: Logger,
    /** Where there are other nodes. */
    private readonly elsewhere?: Elsewhere,
  ) {}

  get supportOnline(): boolean {
    return this.admins.size > 0 || (this.elsewhere?.hasAdmins ?? false);
  }

  /** Whether support is there may have changed. */
  adminsChanged(): void {
    const online = this.supportOnline;
    if (online !== this.toldOnline) this.emitter.toUsers('support_presence', { online });
    this.toldOnline = online;
  }

  /** Another node is gone: users of these chats of admins here may have been connected to it alone. */
  async nodeGone(openChats: readonly Address[]): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, GRACE));
    for (const chat of openChats) {
      const presence = await this.presenceOf(chat.userId);
      if (!presence.online) this.emitter.toAdminsOf(chat, 'user_presence', presence);
    }
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
    side.set(actor.id, { connections: 1, page: null });
    if (sideOf(actor.role) === 'admin') {
      this.elsewhere?.setHasAdmins(true);
      this.adminsChanged();
      return;
    }
    this.elsewhere?.say(topicOf(actor.id), '', 'null');
    this.tell(this.presenceHere(actor.id), openChats);
  }

  /** Call it once for each {@link arrived}. */
  left(actor: Actor): void {
    const side = this.side(actor);
    const known = side.get(actor.id);
    if (!known || --known.connections > 0) return;
    known.leaving = setTimeout(() => {
      side.delete(actor.id);
      if (sideOf(actor.role) === 'admin') {
        this.elsewhere?.setHasAdmins(this.admins.size > 0);
        this.adminsChanged();
        return;
      }
      this.elsewhere?.unsay(topicOf(actor.id), '');
      this.tellAdmins(actor);
    }, GRACE).unref();
  }

  /** @throws ChatError `chat_not_found` for a chat that the admin may not read. */
  async getUserPresence(actor: Actor, chatId: string): Promise<Answer<UserPresence>> {
    const { userId } = granted(await this.store.getChat(actor, chatId));
    return { data: await this.presenceOf(userId) };
  }

  async visitPage(actor: Actor, page: Page): Promise<Answer<Nothing>> {
    const known = this.users.get(actor.id);
    if (known) known.page = page;
    this.elsewhere?.say(topicOf(actor.id), '', JSON.stringify(page));
    this.tell(this.presenceHere(actor.id), await this.store.getOpenChats(actor));
    return { data: {} };
  }

  /** @throws ChatError when the chat is not theirs, or has ended. */
  async typing(actor: Actor, { chatId, typing, preview }: Typing): Promise<Answer<Nothing>> {
    const chat = granted(await this.store.getChat(actor, chatId));
    const refused = mayWrite(actor, chat);
    if (refused) throw new ChatError(refused);
    const senderRole = sideOf(actor.role);
    const news = { chatId, senderId: actor.id, senderRole, typing };
    if (senderRole === 'admin') this.reach.toUser(chat.userId, 'typing', news);
    else this.reach.toAdminsOf(chat, 'typing', preview === undefined ? news : { ...news, preview });
    return { data: {} };
  }

  private presenceHere(userId: string): UserPresence {
    const known = this.users.get(userId);
    return { userId, online: known !== undefined, page: known?.page ?? null };
  }

  private async presenceOf(userId: string): Promise<UserPresence> {
    const here = this.presenceHere(userId);
    if (!this.elsewhere || here.page) return here;
    const pages = (await this.elsewhere.heard(topicOf(userId))).map(
      (page) => JSON.parse(page) as Page | null,
    );
    const page = pages.find((known) => known !== null) ?? null;
    return { userId, online: here.online || pages.length > 0, page };
  }

  private tellAdmins(actor: Actor): void {
    this.store
      .getOpenChats(actor)
      .then(async (chats) => this.tell(await this.presenceOf(actor.id), chats))
      .catch((err: unknown) => this.log.warn({ err }, 'the presence of a user was not told'));
  }

  private tell(presence: UserPresence, openChats: readonly OpenChat[]): void {
    for (const chat of openChats) this.reach.toAdminsOf(chat, 'user_presence', presence);
  }

  private side(actor: Actor): Map<string, Present> {
    return sideOf(actor.role) === 'user' ? this.users : this.admins;
  }
}
