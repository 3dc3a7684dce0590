/** One chat as a person sees it: every entry once and in order, and at the end what is on its way. */
import { ClientError } from './ClientError.js';
import type { Ask, SharedEvents } from './events.js';
import { History } from './History.js';
import { Marks, type MarksLink } from './Marks.js';
import { newClientMessageId, type Outgoing } from './Outbox.js';
import { Computed, type Readable, when } from './readable.js';
import type { TimelineMessage } from './Stretch.js';
import { Typing, type TypingState } from './Typing.js';
import type { Chat, Message } from './wire.js';

export type TimelineEntry = TimelineMessage | Outgoing;

export interface TimelineState {
  /** Null until the server has told of it. */
  chat: Chat | null;
  /** Rising by `seq`; what is on its way or has failed comes last. The same array until one changes. */
  entries: readonly TimelineEntry[];
  /** Whether `loadOlder` has something to load. */
  hasOlder: boolean;
  /** Whether a page is being loaded that somebody asked for. */
  loading: boolean;
  /** The other side types. */
  typing: TypingState | null;
  /** Messages of the other side that have not been seen. */
  unread: number;
  /** It is not, or no longer, for this identity to read. */
  gone: boolean;
}

/** What a timeline needs of its client. */
export interface TimelineLink extends MarksLink {
  command: Ask<SharedEvents>;
  /** An entry that is new, of the other side, and a message. */
  onMessage(message: Message, timeline: ChatTimeline): void;
  /** The chat of the timeline has changed. */
  onChat(): void;
  /** A person tries a failed message again. */
  retry(clientMessageId: string, timeline: ChatTimeline): void;
}

export class ChatTimeline implements Readable<TimelineState> {
  /** @internal What the client puts in. */
  readonly history: History;
  private readonly typing: Typing;
  private readonly state = new Computed(() => this.compose());
  private readonly marks: Marks;
  /** What was shown last. */
  private shown: readonly TimelineEntry[] = [];
  private toldChat: Chat | null = null;
  private toldGone = false;

  /** @internal Made by {@link ChatClient.chat}; an empty id is given one when the chat starts. */
  constructor(
    private readonly link: TimelineLink,
    chatId: string,
  ) {
    const { state } = this;
    this.history = new History(
      link,
      {
        get observed() {
          return state.observed;
        },
        changed: () => this.changed(),
        came: (news) => this.came(news),
      },
      chatId,
    );
    this.marks = new Marks(link, this.history);
    this.typing = new Typing(
      link.timing,
      (sign) => {
        const { chat } = this.history.known;
        if (chat?.status === 'ended' || !chat || !link.takesPart(chat)) return;
        link.ask('typing', { chatId: this.chatId, ...sign }).catch(ignore);
      },
      () => state.changed(),
    );
  }

  readonly get = (): TimelineState => this.state.get();
  readonly subscribe = (onChange: () => void): (() => void) => this.state.subscribe(onChange);

  /** Empty while the first message of a new chat waits for the server. */
  get chatId(): string {
    return this.history.chatId;
  }

  /** Loads the newest page. From then on gaps and the lost tail are filled by themselves. */
  open(): Promise<void> {
    return this.history.open();
  }

  /** Loads the page before the oldest that is here. */
  loadOlder(): Promise<void> {
    return this.history.loadOlder();
  }

  /**
   * It is in the outbox now, and sent until it is answered.
   * @param clientMessageId of a text that was kept elsewhere before: one message comes of it
   * @returns its `clientMessageId`
   */
  send(content: string, clientMessageId = newClientMessageId()): string {
    this.typing.sent();
    this.link.outbox.add(this.chatId || null, content, clientMessageId);
    return clientMessageId;
  }

  /** Sends one that has failed again, after everything that was written since. */
  retry(clientMessageId: string): void {
    this.link.retry(clientMessageId, this);
  }

  /** Gives one up that has failed. */
  discard(clientMessageId: string): void {
    this.link.outbox.remove(clientMessageId);
  }

  /** Call it as often as somebody types. It passes by itself on the other side. */
  setTyping(typing: boolean, preview?: string): void {
    this.typing.set(preview === undefined ? { typing } : { typing, preview });
  }

  /** Everything that is here has been seen. */
  markSeen(): void {
    if (this.marks.see()) this.state.changed();
  }

  /**
   * Ends the chat, after what is still on its way. Nothing follows the end.
   * @throws ClientError `unavailable` when that takes too long.
   */
  async end(): Promise<void> {
    const { outbox, timing } = this.link;
    const isEmpty = () => outbox.of(this.chatId).every(({ state }) => state === 'failed');
    await when(outbox, isEmpty, timing.answer);
    try {
      this.history.end(await this.link.command('end_chat', { chatId: this.chatId }));
    } catch (error) {
      if (!(error instanceof ClientError) || error.code !== 'chat_ended') throw error;
      this.history.check();
    }
  }

  /** @internal An entry from the server: live, or of an ack. */
  receive(entry: Message): void {
    if (entry.senderRole !== this.link.side) this.typing.hear(null);
    this.history.receive(entry);
  }

  /** @internal */
  heardTyping(typing: TypingState | null): void {
    this.typing.hear(typing);
  }

  /** @internal There is a connection again. @param isOpen whether the server counts it as open */
  resume(isOpen: boolean): void {
    this.marks.schedule();
    const { chat } = this.history.known;
    const isSeen = this.history.isOpened && this.state.observed;
    const isFollowed = isSeen || this.link.takesPart(chat);
    if (!isOpen && chat?.status !== 'ended' && isFollowed) this.history.check();
  }

  /** @internal Something of this chat in the outbox has changed. */
  outboxChanged(): void {
    this.state.changed();
  }

  /** @internal */
  close(): void {
    this.marks.close();
    this.typing.close();
  }

  /** @internal Somebody sees it, or it has something to do: it has to stay. */
  get isUsed(): boolean {
    const { chat } = this.history.known;
    const isOwn = chat !== null && chat.status !== 'ended' && this.link.takesPart(chat);
    return (
      (isOwn && !this.history.gone) ||
      this.state.observed ||
      this.link.outbox.of(this.chatId).length > 0
    );
  }

  private changed(): void {
    this.state.changed();
    const { known, gone } = this.history;
    if (known.chat === this.toldChat && gone === this.toldGone) return;
    this.toldChat = known.chat;
    this.toldGone = gone;
    this.link.onChat();
  }

  private came(news: readonly Message[]): void {
    this.marks.schedule();
    for (const entry of news) if (this.isNews(entry)) this.link.onMessage(entry, this);
  }

  /** What a user wrote while the chat waited is no news for the admin who takes it. */
  private isNews({ kind, senderRole, seq }: Message): boolean {
    const { side } = this.link;
    const { chat } = this.history.known;
    if (kind !== 'message' || senderRole === side) return false;
    return side === 'user' || chat === null || seq > (chat.assignedSeq ?? seq);
  }

  private compose(): TimelineState {
    const { known, entries, first, loads, gone } = this.history;
    const all = [...entries, ...this.link.outbox.shownIn(this.chatId || null)];
    const isSame =
      all.length === this.shown.length && all.every((entry, at) => entry === this.shown[at]);
    if (!isSame) this.shown = all;
    return {
      chat: known.chat,
      entries: this.shown,
      hasOlder: first > 1,
      loading: loads > 0,
      typing: this.typing.other,
      unread: this.marks.countUnread(),
      gone,
    };
  }
}

/** What is only for the moment, or tried again when there is a connection. */
function ignore(): void {}
