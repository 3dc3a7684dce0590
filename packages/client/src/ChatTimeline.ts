/** One chat as a person sees it: every entry once and in order, and at the end what is on its way. */
import { ClientError } from './ClientError.js';
import type { Ask, SharedEvents, Side } from './events.js';
import { type Fact, KnownChat } from './KnownChat.js';
import type { Outbox, Outgoing } from './Outbox.js';
import { Computed, type Readable, when } from './readable.js';
import { Stretch, type TimelineMessage } from './Stretch.js';
import { Typing, type TypingState } from './Typing.js';
import type { Timing } from './timing.js';
import type { Chat, Message } from './wire.js';

export type TimelineEntry = TimelineMessage | Outgoing;

export interface TimelineState {
  /** Null until the server has told of it. */
  chat: Chat | null;
  /** Rising by `seq`; what is on its way or has failed comes last. */
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
export interface TimelineLink {
  side: Side;
  selfId: string;
  timing: Timing;
  outbox: Outbox;
  ask: Ask<SharedEvents>;
  command: Ask<SharedEvents>;
  request: Ask<SharedEvents>;
  isConnected(): boolean;
  /** Whether this identity takes part in the chat, so that it is kept current unasked. */
  takesPart(chat: Chat | null): boolean;
  /** An entry that is new, of the other side, and a message. */
  onMessage(message: Message, timeline: ChatTimeline): void;
  /** The chat of the timeline has changed. */
  onChat(): void;
  /** A person tries a failed message again. */
  retry(clientMessageId: string, timeline: ChatTimeline): void;
}

const PAGE = 50;
const FILL_PAGE = 200;
/** More missing entries than this are not fetched one by one: the newest are loaded instead. */
const LONGEST_GAP = 500;
/** Entries that stay in memory while nobody looks. */
const KEPT_UNSEEN = 200;

export class ChatTimeline implements Readable<TimelineState> {
  private id: string;
  private known = new KnownChat();
  private stretch = new Stretch();
  private readonly typing: Typing;
  private readonly state = new Computed(() => this.compose());
  /** Last `seq` that this side has seen here, told to the server or not yet. */
  private seenSeq = 0;
  private markTimer: ReturnType<typeof setTimeout> | undefined;
  private told: Chat | null = null;
  private filling = false;
  private gone = false;
  private loads = 0;
  private opening: Promise<void> | undefined;
  private older: Promise<void> | undefined;

  /** Made by {@link ChatClient.chat}; an empty id is given one by {@link begin}. */
  constructor(
    private readonly link: TimelineLink,
    chatId: string,
  ) {
    this.id = chatId;
    this.typing = new Typing(
      link.timing,
      (sign) => {
        const { chat } = this.known;
        if (chat?.status === 'ended' || !chat || !link.takesPart(chat)) return;
        link.ask('typing', { chatId: this.id, ...sign }).catch(ignore);
      },
      () => this.state.changed(),
    );
  }

  readonly get = (): TimelineState => this.state.get();
  readonly subscribe = (onChange: () => void): (() => void) => this.state.subscribe(onChange);

  /** Empty while the first message of a new chat waits for the server. */
  get chatId(): string {
    return this.id;
  }

  /** Loads the newest page. From then on gaps and the lost tail are filled by themselves. */
  open(): Promise<void> {
    this.opening ??= this.loadNewest().catch((error) => {
      this.opening = undefined;
      if (error instanceof ClientError && error.code === 'chat_not_found') this.lose();
      throw error;
    });
    return this.opening;
  }

  /** Loads the page before the oldest that is here. */
  loadOlder(): Promise<void> {
    this.older ??= this.loading(async () => {
      const { first } = this.stretch;
      if (!this.id || first <= 1) return;
      this.absorb(await this.page({ beforeSeq: first, limit: PAGE }));
    }).finally(() => {
      this.older = undefined;
    });
    return this.older;
  }

  /** @returns its `clientMessageId`. It is in the outbox now, and sent until it is answered. */
  send(content: string): string {
    this.typing.sent();
    return this.link.outbox.add(this.id || null, content).clientMessageId;
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
    const last = this.stretch.last ?? 0;
    if (last <= this.seenSeq) return;
    this.seenSeq = last;
    this.scheduleMarks();
    this.state.changed();
  }

  /**
   * Ends the chat, after what is still on its way. Nothing follows the end.
   * @throws ClientError `unavailable` when that takes too long.
   */
  async end(): Promise<void> {
    const { outbox, timing } = this.link;
    const isEmpty = () => outbox.of(this.id).every(({ state }) => state === 'failed');
    await when(outbox, isEmpty, timing.answer);
    try {
      await this.link.command('end_chat', { chatId: this.id });
    } catch (error) {
      if (!(error instanceof ClientError) || error.code !== 'chat_ended') throw error;
    }
  }

  /** @internal The chat has been started. */
  begin(chatId: string): void {
    this.id = chatId;
    if (this.opening !== undefined) {
      this.opening = undefined;
      this.open().catch(ignore);
    }
    this.state.changed();
  }

  /** @internal A snapshot from the server. */
  adopt(chat: Chat): void {
    this.known.adopt(chat);
    this.stretch.last ??= chat.lastSeq;
    this.gone = false;
    this.changed();
    void this.fill();
  }

  /** @internal An entry from the server: live, or of an ack. */
  receive(entry: Message): void {
    this.known.learn(entry);
    this.stretch.last ??= entry.seq - 1;
    if (entry.senderRole !== this.link.side) this.typing.hear(null);
    this.absorb([entry]);
    void this.fill();
  }

  /** @internal An event tells of an entry that has to be fetched. */
  notice(fact: Fact): void {
    this.known.learn(fact);
    this.changed();
    void this.fill();
  }

  /** @internal A heartbeat. */
  hear(lastSeq: number): void {
    this.known.hear(lastSeq);
    this.stretch.last ??= lastSeq;
    this.changed();
    void this.fill();
  }

  /** @internal */
  marked(side: Side, mark: { deliveredSeq: number; seenSeq: number }): void {
    this.known.raise(side, mark);
    this.restate();
    this.changed();
  }

  /** @internal */
  heardTyping(typing: TypingState | null): void {
    this.typing.hear(typing);
  }

  /** @internal There is a connection again. @param isOpen whether the server counts it as open */
  resume(isOpen: boolean): void {
    this.scheduleMarks();
    const { chat } = this.known;
    if (!isOpen && chat?.status !== 'ended' && this.link.takesPart(chat)) this.check();
  }

  /** @internal Something must have happened that was not heard of. */
  check(): void {
    void this.fill(true);
  }

  /** @internal Something of this chat in the outbox has changed. */
  outboxChanged(): void {
    this.state.changed();
  }

  /** @internal */
  close(): void {
    clearTimeout(this.markTimer);
    this.typing.close();
  }

  /** @internal Somebody sees it, or it has something to do: it has to stay. */
  get isUsed(): boolean {
    const { chat } = this.known;
    const isOwn = chat !== null && chat.status !== 'ended' && this.link.takesPart(chat);
    return (isOwn && !this.gone) || this.state.observed || this.link.outbox.of(this.id).length > 0;
  }

  private async loadNewest(): Promise<void> {
    await this.loading(async () => {
      if (!this.id) return;
      if (!this.known.chat) this.adopt(await this.link.request('get_chat', { chatId: this.id }));
      this.jump(await this.page({ limit: PAGE }));
      this.stretch.last ??= 0;
    });
    void this.fill();
  }

  /** Fetches what is missing at the end. @param unasked also when nothing is known to be missing */
  private async fill(unasked = false): Promise<void> {
    if (this.filling || this.gone || !this.id || !this.isFollowed) return;
    this.filling = true;
    try {
      for (let asked = !unasked; this.missing > 0 || !asked; asked = true) {
        const before = this.stretch.last;
        if (this.missing > LONGEST_GAP) this.jump(await this.page({ limit: PAGE }));
        else this.absorb(await this.page({ afterSeq: before ?? 0, limit: FILL_PAGE }));
        // A node that lags behind: the next heartbeat tells again.
        if (this.stretch.last === before) break;
      }
    } catch (error) {
      if (error instanceof ClientError && error.code === 'chat_not_found') this.lose();
    } finally {
      this.filling = false;
    }
  }

  private get missing(): number {
    return this.known.lastSeq - (this.stretch.last ?? 0);
  }

  private get isFollowed(): boolean {
    return this.opening !== undefined || this.link.takesPart(this.known.chat);
  }

  private async page(query: {
    afterSeq?: number;
    beforeSeq?: number;
    limit: number;
  }): Promise<Message[]> {
    const { messages } = await this.link.request('get_messages', { chatId: this.id, ...query });
    return messages;
  }

  private async loading(load: () => Promise<void>): Promise<void> {
    this.loads++;
    this.state.changed();
    try {
      await load();
    } finally {
      this.loads--;
      this.state.changed();
    }
  }

  /** Takes the newest page, and begins anew with it where something lies between. */
  private jump(page: Message[]): void {
    const from = this.stretch.last;
    if (from === null || !page[0] || page[0].seq <= from + 1) {
      this.absorb(page);
      return;
    }
    this.stretch = new Stretch();
    this.stretch.add(page);
    this.taken(page, page);
  }

  private absorb(page: Message[]): void {
    const isFirst = this.stretch.last === null;
    const added = this.stretch.add(page);
    this.taken(page, isFirst ? [] : added);
  }

  /** @param page what has come  @param news those of it that are new here */
  private taken(page: Message[], news: Message[]): void {
    const { outbox, onMessage } = this.link;
    const last = this.stretch.last ?? 0;
    for (const entry of page) {
      if (entry.seq > last) continue;
      this.known.learn(entry);
      if (this.isOwn(entry) && entry.clientMessageId) outbox.remove(entry.clientMessageId);
    }
    if (news.length > 0 && !this.state.observed) this.stretch.trim(KEPT_UNSEEN);
    this.restate();
    this.scheduleMarks();
    this.changed();
    for (const entry of news) if (this.isNews(entry)) onMessage(entry, this);
  }

  /** What a user wrote while the chat waited is no news for the admin who takes it. */
  private isNews({ kind, senderRole, seq }: Message): boolean {
    const { side } = this.link;
    const { chat } = this.known;
    if (kind !== 'message' || senderRole === side) return false;
    return side === 'user' || chat === null || seq > (chat.assignedSeq ?? seq);
  }

  private isOwn({ senderRole, senderId }: Message): boolean {
    return senderRole === this.link.side && senderId === this.link.selfId;
  }

  private lose(): void {
    this.gone = true;
    this.state.changed();
    this.link.onChat();
  }

  private changed(): void {
    this.state.changed();
    const { chat } = this.known;
    if (chat === this.told) return;
    this.told = chat;
    this.link.onChat();
  }

  /** Brings the states of one's own messages up to the marks. */
  private restate(): void {
    const { entries } = this.stretch;
    const mark = this.known.marks[this.link.side === 'user' ? 'admin' : 'user'];
    for (let index = entries.length - 1; index >= 0; index--) {
      const entry = entries[index] as TimelineMessage;
      if (entry.kind !== 'message' || !this.isOwn(entry)) continue;
      const state = stateOf(entry.seq, mark);
      if (state !== entry.state) entries[index] = { ...entry, state };
    }
  }

  private get seen(): number {
    return Math.max(this.seenSeq, this.known.marks[this.link.side].seenSeq);
  }

  private scheduleMarks(): void {
    this.markTimer ??= setTimeout(() => {
      this.markTimer = undefined;
      this.sendMarks();
    }, this.link.timing.marks);
  }

  private sendMarks(): void {
    const { link, known, stretch } = this;
    const told = known.marks[link.side];
    const deliveredSeq = stretch.last ?? 0;
    const nothingNew = deliveredSeq <= told.deliveredSeq && this.seenSeq <= told.seenSeq;
    if (nothingNew || this.gone || !link.isConnected() || !link.takesPart(known.chat)) return;
    link
      .ask('mark_messages', { chatId: this.id, deliveredSeq, seenSeq: this.seenSeq })
      .then((mark) => this.marked(link.side, mark))
      .catch(ignore);
  }

  private compose(): TimelineState {
    const { stretch, link } = this;
    return {
      chat: this.known.chat,
      entries: [...stretch.entries, ...link.outbox.of(this.id || null)],
      hasOlder: stretch.first > 1,
      loading: this.loads > 0,
      typing: this.typing.other,
      unread: this.countUnread(),
      gone: this.gone,
    };
  }

  private countUnread(): number {
    const { seen } = this;
    const { entries, first } = this.stretch;
    // Of those that are not here it is only known that they are.
    let count = Math.max(0, first - 1 - seen);
    for (let index = entries.length - 1; index >= 0; index--) {
      const { seq, kind, senderRole } = entries[index] as TimelineMessage;
      if (seq <= seen) break;
      if (kind === 'message' && senderRole !== this.link.side) count++;
    }
    return count;
  }
}

function stateOf(seq: number, mark: Chat['marks']['user']): 'sent' | 'delivered' | 'seen' {
  if (seq <= mark.seenSeq) return 'seen';
  return seq <= mark.deliveredSeq ? 'delivered' : 'sent';
}

/** What is only for the moment, or tried again when there is a connection. */
function ignore(): void {}
