/** The visitor's side: one chat at a time, which starts with the first message. */
import { ChatClient, type ClientOptions } from './ChatClient.js';
import { ChatTimeline } from './ChatTimeline.js';
import type { Handlers } from './events.js';
import { type Readable, Value } from './readable.js';
import type { Chat, Message } from './wire.js';

export interface UserOptions extends ClientOptions {
  userId: string;
}

export interface VisitedPage {
  url: string;
  title?: string;
}

/** Connects as a user. It goes on by itself until `close()`. */
export function connectUser(options: UserOptions): UserClient {
  return new UserClient(options);
}

export class UserClient extends ChatClient<'user'> {
  private readonly shown = new Value<ChatTimeline | null>(null);
  private readonly online = new Value(false);
  /** Shows what was written while there is no chat for it; becomes the timeline of the one that starts. */
  private draft: ChatTimeline | undefined;
  private starting: Promise<ChatTimeline> | undefined;
  private page: VisitedPage | undefined;
  /** The server counts this connection as there; a page told before would be forgotten. */
  private greeted = false;

  constructor(options: UserOptions) {
    super(options, 'user', options.userId, { userId: options.userId });
    // What was written before the page was reloaded is shown before there is a connection.
    const chatId = this.outbox.get().at(-1)?.chatId;
    if (chatId) this.shown.set(this.chat(chatId));
    else this.showUnbound();
  }

  /** The open chat, or the last one until a new one starts. */
  get current(): Readable<ChatTimeline | null> {
    return this.shown;
  }

  /** Whether any admin is connected. */
  get supportOnline(): Readable<boolean> {
    return this.online;
  }

  /** Gives the open chat, or starts one. */
  startChat(): Promise<ChatTimeline> {
    this.starting ??= this.request('start_chat', undefined)
      .then((chat) => this.opened(chat))
      .finally(() => {
        this.starting = undefined;
      });
    return this.starting;
  }

  /**
   * Writes into the open chat, or starts one.
   * @param clientMessageId of a text that was kept elsewhere before: one message comes of it
   * @returns the `clientMessageId`; the text is kept already
   */
  async send(content: string, clientMessageId?: string): Promise<string> {
    return this.writable().send(content, clientMessageId);
  }

  /** Tells the admin of the chat where the user is. */
  visitPage(page: VisitedPage): void {
    this.page = page;
    if (this.greeted) this.tellPage();
  }

  protected takesPart(): boolean {
    return true;
  }

  protected deliver(message: {
    chatId: string;
    content: string;
    clientMessageId: string;
  }): Promise<Message> {
    return this.ask('user_message', message);
  }

  protected ownHandlers(): Handlers<'user'> {
    return {
      chat_started: (chat) => void this.opened(chat),
      support_presence: ({ online }) => {
        this.online.set(online);
        if (!this.greeted) this.tellPage();
      },
    };
  }

  protected async refresh(): Promise<void> {
    this.greeted = false;
    const { chats } = await this.request('get_chats', { limit: 1 });
    const [newest] = chats;
    if (newest) this.opened(newest);
    for (const [chatId, timeline] of this.timelines) timeline.resume(chatId === newest?.chatId);
    this.startForUnbound();
  }

  protected override outboxChanged(): void {
    this.followDraft();
    super.outboxChanged();
    this.draft?.outboxChanged();
    this.showUnbound();
    this.startForUnbound();
  }

  /** What was refused because its chat has ended goes into the next one. */
  protected override retry(clientMessageId: string, timeline: ChatTimeline): void {
    const target = hasEnded(timeline) ? this.writable() : timeline;
    super.retry(clientMessageId, target);
  }

  override close(): void {
    super.close();
    this.draft?.close();
  }

  protected chatChanged(): void {}

  /** A chat of this user's: the newest there is. */
  private opened(chat: Chat): ChatTimeline {
    let timeline = this.timelines.get(chat.chatId);
    if (!timeline && chat.status !== 'ended') timeline = this.beginDraft(chat.chatId, chat);
    timeline ??= this.chat(chat.chatId);
    timeline.history.adopt(chat);
    // Its end may have been heard of before this snapshot came.
    const isOpen = !hasEnded(timeline);
    if (isOpen) {
      this.draft = undefined;
      this.outbox.bind(chat.chatId);
    }
    if (isOpen || !this.draft) this.shown.set(timeline);
    return timeline;
  }

  /**
   * Another page was told first of the chat for what is shown here; it goes on to be shown. The draft
   * still has what it showed before this change, and has to be asked before it is told of it.
   */
  private followDraft(): void {
    const shown = new Set(this.draft?.get().entries.map((entry) => entry.clientMessageId));
    const bound = this.outbox
      .get()
      .find(({ chatId, clientMessageId }) => chatId && shown.has(clientMessageId));
    if (bound?.chatId && !this.timelines.has(bound.chatId)) this.beginDraft(bound.chatId);
  }

  /** What was written without a chat has got one. */
  private beginDraft(chatId: string, chat?: Chat): ChatTimeline | undefined {
    const timeline = this.draft;
    if (!timeline) return undefined;
    this.draft = undefined;
    this.timelines.set(chatId, timeline);
    timeline.history.chatId = chatId;
    this.outbox.bind(chatId); // Before anything is drawn anew, or it would be gone for that moment.
    timeline.history.begin(chat);
    return timeline;
  }

  /** The timeline that takes what is written now. */
  private writable(): ChatTimeline {
    const current = this.shown.get();
    return current && !hasEnded(current) ? current : this.showDraft();
  }

  private showDraft(): ChatTimeline {
    this.draft ??= new ChatTimeline(this.link, '');
    this.shown.set(this.draft);
    return this.draft;
  }

  private showUnbound(): void {
    const current = this.shown.get();
    if (this.hasUnbound && (!current || hasEnded(current))) this.showDraft();
  }

  private startForUnbound(): void {
    if (!this.hasUnbound || !this.link.isConnected()) return;
    // Refused or closed: the next connection comes here again.
    this.startChat().catch(() => undefined);
  }

  private get hasUnbound(): boolean {
    return this.outbox.of(null).some(({ state }) => state === 'sending');
  }

  private tellPage(): void {
    this.greeted = true;
    if (this.page) this.ask('visit_page', this.page).catch(() => undefined);
  }
}

function hasEnded(timeline: ChatTimeline): boolean {
  return timeline.get().chat?.status === 'ended';
}
