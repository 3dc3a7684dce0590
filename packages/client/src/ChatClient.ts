/** What both sides have: a connection, timelines, and an outbox that is sent until it is answered. */
import { ChatTimeline, type TimelineLink } from './ChatTimeline.js';
import { ClientError } from './ClientError.js';
import { Connection, type ConnectionState, type Token } from './Connection.js';
import type { Ask, Handlers, Received, Sent, Side } from './events.js';
import { type ClientStorage, Outbox } from './Outbox.js';
import { Listeners, type Readable } from './readable.js';
import { Sender } from './Sender.js';
import { defaultTiming, type Timing } from './timing.js';
import { type Chat, type ChatsPage, CONTENT_LIMIT, type Message, type WireError } from './wire.js';

/** What `error` tells: a refusal, and the event that was refused; null when it was none. */
export type RefusedEvent = WireError & { event: string | null };

export interface ClientOptions {
  /** Origin of the server: `https://chat.example.com`. */
  url: string;
  /** Where the server does not believe the id; a function is asked again for each connection. */
  token?: Token | undefined;
  /** Keeps what was not sent yet. Without one it lives in memory alone. */
  storage?: ClientStorage | undefined;
  /** Other times to wait, in milliseconds. */
  timing?: Partial<Timing> | undefined;
}

export abstract class ChatClient<S extends Side = Side> {
  readonly connection: Readable<ConnectionState>;
  protected readonly link: TimelineLink;
  protected readonly outbox: Outbox;
  protected readonly timelines = new Map<string, ChatTimeline>();
  protected readonly ask: Ask<Sent[S]>;
  protected readonly command: Ask<Sent[S]>;
  protected readonly request: Ask<Sent[S]>;
  private readonly wire: Connection<S>;
  private readonly sender: Sender;
  private readonly messageListeners = new Listeners<[Message, ChatTimeline]>();
  private readonly errorListeners = new Listeners<[RefusedEvent]>();

  protected constructor(
    { url, token, storage, timing: given }: ClientOptions,
    side: S,
    readonly selfId: string,
    query: Record<string, string>,
  ) {
    const timing = { ...defaultTiming, ...given };
    const { origin } = new URL(url);
    this.outbox = new Outbox(storage, `chat-server.outbox ${origin} ${side} ${selfId}`);
    this.outbox.subscribe(() => this.outboxChanged());
    this.wire = new Connection<S>({
      url: origin,
      side,
      query,
      token,
      timing,
      handlers: this.handlers() as Handlers<S>,
      onConnected: () => this.connected(),
      probe: () => void this.link.ask('get_chats', { limit: 1 }).catch(() => undefined),
    });
    this.connection = this.wire.state;
    this.ask = this.wire.ask;
    this.command = this.wire.command;
    this.request = this.wire.request;
    // What both sides send has one form in both tables; the compiler cannot see it through S.
    const shared = this.wire as unknown as Pick<TimelineLink, 'ask' | 'command' | 'request'>;
    this.link = {
      side,
      selfId,
      timing,
      outbox: this.outbox,
      ask: shared.ask,
      command: shared.command,
      request: shared.request,
      isConnected: () => this.wire.isConnected,
      takesPart: (chat) => this.takesPart(chat),
      onMessage: (message, timeline) => this.messageListeners.call(message, timeline),
      onChat: () => this.chatChanged(),
      retry: (clientMessageId, timeline) => this.retry(clientMessageId, timeline),
    };
    this.sender = new Sender({
      outbox: this.outbox,
      timing,
      isConnected: this.link.isConnected,
      send: (message) => this.sendMessage(message),
      onSent: (message) => this.chat(message.chatId).receive(message),
      // It may have ended, or gone to somebody else, unheard.
      onRefused: (chatId) => this.chat(chatId).history.check(),
    });
  }

  /** The timeline of a chat: one object for each chat. */
  chat(chatId: string): ChatTimeline {
    const known = this.timelines.get(chatId);
    if (known) return known;
    const timeline = new ChatTimeline(this.link, chatId);
    this.timelines.set(chatId, timeline);
    return timeline;
  }

  /** This identity's chats, newest first. */
  async getChats(
    query: { status?: 'open' | 'ended'; cursor?: string; limit?: number } = {},
  ): Promise<ChatsPage> {
    return this.adoptListed(await this.link.request('get_chats', query));
  }

  /** Each new message of the other side, once. @returns ends it. */
  on(event: 'message', listener: (message: Message, timeline: ChatTimeline) => void): () => void;
  /** Each refusal, also of what was answered by a rejected promise. @returns ends it. */
  on(event: 'error', listener: (error: RefusedEvent) => void): () => void;
  on(event: 'message' | 'error', listener: (...args: never[]) => void): () => void {
    if (event === 'message') return this.messageListeners.add(listener as never);
    return this.errorListeners.add(listener as never);
  }

  /** Tries to connect now: after a refusal, or instead of waiting. */
  reconnect(): void {
    this.wire.reconnect();
  }

  /** Ends everything but what the storage keeps for the next time. */
  close(): void {
    this.wire.close();
    this.outbox.close();
    for (const timeline of this.timelines.values()) timeline.close();
  }

  /** Closes, and removes from the storage what was not sent. */
  forget(): void {
    this.outbox.clear();
    this.close();
  }

  /** Whether this identity is in a chat now. */
  protected abstract takesPart(chat: Chat | null): boolean;
  /** Sends a message of one's own. */
  protected abstract deliver(message: {
    chatId: string;
    content: string;
    clientMessageId: string;
  }): Promise<Message>;
  /** Asks for what may have changed while there was no connection. */
  protected abstract refresh(): Promise<void>;
  /** What only this side hears. */
  protected abstract ownHandlers(): Handlers<S>;
  /** A chat of one of the timelines has changed. */
  protected abstract chatChanged(): void;

  protected retry(clientMessageId: string, timeline: ChatTimeline): void {
    this.outbox.retry(clientMessageId, timeline.chatId || null);
  }

  protected outboxChanged(): void {
    for (const timeline of this.timelines.values()) timeline.outboxChanged();
    this.sender.flush();
  }

  /** Takes from a list what concerns the timelines. */
  protected adoptListed(page: ChatsPage): ChatsPage {
    for (const chat of page.chats) this.timelines.get(chat.chatId)?.history.adopt(chat);
    return page;
  }

  private connected(): void {
    this.outbox.read();
    this.sender.flush();
    this.refresh().catch((error: unknown) => {
      // Refused or closed meanwhile; a lost connection was waited for.
      if (!(error instanceof ClientError)) throw error;
    });
  }

  private sendMessage(message: {
    chatId: string;
    content: string;
    clientMessageId: string;
  }): Promise<Message> {
    // A frame that is too large would end the connection, again and again.
    if ([...message.content].length > CONTENT_LIMIT) {
      const details = [`content must have at most ${CONTENT_LIMIT} characters`];
      const text = 'The payload is not valid.';
      return Promise.reject(new ClientError({ code: 'invalid_payload', message: text, details }));
    }
    return this.deliver(message);
  }

  private handlers(): Handlers<Side> {
    // These events do not tell everything of their entry; it is fetched.
    const heard = ({ chatId, seq }: { chatId: string; seq: number }) =>
      this.timelines.get(chatId)?.history.hear(seq);
    const shared: {
      [E in keyof Received['user'] & keyof Received['admin']]: (data: Received['user'][E]) => void;
    } = {
      new_message: (message) => this.chat(message.chatId).receive(message),
      chat_assigned: heard,
      chat_unassigned: heard,
      chat_ended: (ended) => this.timelines.get(ended.chatId)?.history.end(ended),
      messages_marked: ({ chatId, side, ...mark }) =>
        this.timelines.get(chatId)?.history.mark(side, mark),
      typing: ({ chatId, senderId, typing, preview }) => {
        const state = preview === undefined ? { senderId } : { senderId, preview };
        this.timelines.get(chatId)?.heardTyping(typing ? state : null);
      },
      heartbeat: ({ chats }) => {
        for (const { chatId, lastSeq } of chats) this.chat(chatId).history.hear(lastSeq);
      },
      error: (error) => this.errorListeners.call(error as RefusedEvent),
    };
    return { ...shared, ...this.ownHandlers() } as Handlers<Side>;
  }
}
