/** The agent's side: the queue, the chats that are theirs, and what supervisors see. */
import { ChatClient, type ClientOptions } from './ChatClient.js';
import type { ChatTimeline } from './ChatTimeline.js';
import type { Handlers } from './events.js';
import { Queue, type QueueState } from './Queue.js';
import { Computed, type Readable, Value } from './readable.js';
import type { Chat, ChatsPage, ChatViewers, Message, Overview, UserPresence } from './wire.js';

/** More timelines than this are kept only while they are used. */
const KEPT_TIMELINES = 200;

export interface AdminOptions extends ClientOptions {
  adminId: string;
  /** Believed in open mode alone; otherwise the token or the sign-in says it. */
  role?: 'admin' | 'supervisor' | undefined;
}

/** Connects as an admin. It goes on by itself until `close()`. */
export function connectAdmin(options: AdminOptions): AdminClient {
  return new AdminClient(options);
}

export class AdminClient extends ChatClient<'admin'> {
  private readonly waiting = new Queue();
  private readonly own = new Computed<readonly Chat[]>(() => this.listOwn());
  private readonly looks = new Value<ChatViewers | null>(null);
  private readonly presences = new Map<string, Value<UserPresence | null>>();
  private lookedAt: string | null = null;

  constructor(options: AdminOptions) {
    const { adminId, role } = options;
    super(options, 'admin', adminId, role ? { adminId, role } : { adminId });
  }

  /** The chats that wait for an admin, oldest first, as they come and go. */
  get queue(): Readable<QueueState> {
    return this.waiting.state;
  }

  /** The open chats of this admin, newest first, with `lastSeq` and marks kept current. */
  get mine(): Readable<readonly Chat[]> {
    return this.own;
  }

  /** The admins who have the chat before their eyes that this one has. */
  get viewers(): Readable<ChatViewers | null> {
    return this.looks;
  }

  /** The timeline of a chat: one object for each, as long as it is open or subscribed to. */
  override chat(chatId: string): ChatTimeline {
    const isNew = !this.timelines.has(chatId);
    if (isNew && this.timelines.size >= KEPT_TIMELINES) this.prune();
    const timeline = super.chat(chatId);
    const waiting = isNew && this.waiting.get(chatId);
    if (waiting) timeline.history.adopt(waiting);
    return timeline;
  }

  /** Takes a chat. @throws ClientError `already_assigned` when somebody else was faster. */
  async assignChat(chatId: string): Promise<ChatTimeline> {
    const chat = await this.command('assign_chat', { chatId });
    this.waiting.remove(chatId, chat.lastSeq);
    const timeline = this.chat(chatId);
    timeline.history.adopt(chat);
    return timeline;
  }

  /** Puts a chat back into the queue, at its old place. */
  async unassignChat(chatId: string): Promise<void> {
    const chat = await this.command('unassign_chat', { chatId });
    this.timelines.get(chatId)?.history.adopt(chat);
  }

  /** Everybody's chats, or those of one user or admin, newest first; for supervisors. */
  async getAllChats(
    query: {
      status?: 'open' | 'ended' | undefined;
      ofUser?: string | undefined;
      ofAdmin?: string | undefined;
      cursor?: string | undefined;
      limit?: number | undefined;
    } = {},
  ): Promise<ChatsPage> {
    return this.adoptListed(await this.request('get_chats', { ...query, scope: 'all' }));
  }

  /** Some of a timeline, to look into a chat without following it. */
  async getMessages(
    chatId: string,
    query: { afterSeq?: number; beforeSeq?: number; limit?: number } = {},
  ): Promise<Message[]> {
    return (await this.request('get_messages', { chatId, ...query })).messages;
  }

  /** Says which chat is before one's eyes, or (null) none; a supervisor then sees it live. */
  async lookAtChat(chatId: string | null): Promise<void> {
    this.lookedAt = chatId;
    this.looks.set(null);
    const viewers = await this.command('look_at_chat', { chatId });
    if (this.lookedAt === chatId) this.looks.set(viewers);
  }

  /** Whether a user is there, and where; null until it is known. */
  userPresence(userId: string): Readable<UserPresence | null> {
    return this.presenceOf(userId);
  }

  /** Asks for the presence of a chat's user; `userPresence` then has it too. */
  async getUserPresence(chatId: string): Promise<UserPresence> {
    const presence = await this.request('get_user_presence', { chatId });
    this.presenceOf(presence.userId).set(presence);
    return presence;
  }

  /** How many chats wait and run, and the last 24 hours. */
  getOverview(): Promise<Overview> {
    return this.request('get_overview', undefined);
  }

  protected takesPart(chat: Chat | null): boolean {
    return chat?.adminId === this.selfId;
  }

  protected deliver(message: {
    chatId: string;
    content: string;
    clientMessageId: string;
  }): Promise<Message> {
    return this.ask('admin_message', message);
  }

  protected ownHandlers(): Handlers<'admin'> {
    return {
      chat_assigned: ({ chatId, adminId, seq, assignedAt }) => {
        const isUnknown = () => !this.chat(chatId).get().chat;
        if (adminId === this.selfId && isUnknown()) this.refreshOwn().catch(() => undefined);
        const assignment = { adminId, assignedAt, assignedSeq: seq };
        this.changed(chatId, seq, { status: 'assigned', ...assignment });
      },
      chat_unassigned: ({ chatId, seq }) => {
        const assignment = { adminId: null, assignedAt: null, assignedSeq: null };
        this.changed(chatId, seq, { status: 'unassigned', ...assignment });
      },
      chat_ended: ({ chatId, seq, endedBy, endedAt }) =>
        this.changed(chatId, seq, { status: 'ended', endedBy, endedAt }),
      new_chat_request: (chat) => {
        this.waiting.put(chat);
        this.timelines.get(chat.chatId)?.history.adopt(chat);
      },
      chat_erased: ({ chatId }) => this.timelines.get(chatId)?.history.erase(),
      user_presence: (presence) => this.presenceOf(presence.userId).set(presence),
      chat_viewers: (viewers) => {
        if (viewers.chatId === this.lookedAt) this.looks.set(viewers);
      },
    };
  }

  protected async refresh(): Promise<void> {
    await Promise.all([
      this.waiting.load((cursor) => this.request('get_unassigned_chats', { cursor, limit: 500 })),
      this.refreshOwn(),
      this.lookedAt === null ? undefined : this.lookAtChat(this.lookedAt).catch(() => undefined),
      ...this.refreshPresences(),
    ]);
  }

  protected chatChanged(): void {
    this.own.changed();
  }

  private changed(chatId: string, seq: number, change: Partial<Chat>): void {
    this.timelines.get(chatId)?.history.change(seq, change);
    this.waiting.remove(chatId, seq);
  }

  private prune(): void {
    for (const [chatId, timeline] of this.timelines) {
      if (timeline.isUsed) continue;
      timeline.close();
      this.timelines.delete(chatId);
    }
  }

  private async refreshOwn(): Promise<void> {
    const open = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await this.request('get_chats', { status: 'open', limit: 200, cursor });
      for (const chat of page.chats) {
        open.add(chat.chatId);
        this.chat(chat.chatId).history.adopt(chat);
      }
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    for (const [chatId, timeline] of this.timelines) timeline.resume(open.has(chatId));
  }

  private refreshPresences(): Promise<unknown>[] {
    const observed = this.listOwn().filter(({ userId }) => this.presences.get(userId)?.observed);
    return observed.map(({ chatId }) => this.getUserPresence(chatId).catch(() => undefined));
  }

  private presenceOf(userId: string): Value<UserPresence | null> {
    let presence = this.presences.get(userId);
    if (!presence) {
      presence = new Value<UserPresence | null>(null);
      this.presences.set(userId, presence);
    }
    return presence;
  }

  private listOwn(): Chat[] {
    const chats: Chat[] = [];
    for (const timeline of this.timelines.values()) {
      const { chat, gone } = timeline.get();
      if (chat?.status === 'assigned' && chat.adminId === this.selfId && !gone) chats.push(chat);
    }
    return chats.sort((one, other) => (one.createdAt < other.createdAt ? 1 : -1));
  }
}
