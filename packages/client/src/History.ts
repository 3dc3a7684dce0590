/** The entries of one chat that are here, and how the missing ones come. */
import { ClientError } from './ClientError.js';
import type { Side } from './events.js';
import type { HistoryLink, HistoryView } from './HistoryLink.js';
import { KnownChat } from './KnownChat.js';
import { Stretch, type TimelineMessage } from './Stretch.js';
import type { Chat, ChatEnded, Message } from './wire.js';

const PAGE = 50;
const FILL_PAGE = 200;
/** More missing entries than this are not fetched one by one: the newest are loaded instead. */
const LONGEST_GAP = 500;
/** Entries that stay in memory while nobody looks. */
const KEPT_UNSEEN = 200;

export class History {
  known = new KnownChat();
  /** It is not, or no longer, for this identity to read. */
  gone = false;
  /** Pages under way that somebody asked for. */
  loads = 0;
  private stretch = new Stretch();
  private filling = false;
  private opening: Promise<void> | undefined;
  private older: Promise<void> | undefined;

  /** @param chatId empty until the chat is started */
  constructor(
    private readonly link: HistoryLink,
    private readonly view: HistoryView,
    public chatId: string,
  ) {}

  get entries(): readonly TimelineMessage[] {
    return this.stretch.entries;
  }

  /** `seq` of the first entry that is here. */
  get first(): number {
    return this.stretch.first;
  }

  /** `seq` up to which everything is here, or was left out on purpose. */
  get last(): number {
    return this.stretch.last ?? 0;
  }

  get isOpened(): boolean {
    return this.opening !== undefined;
  }

  /** Loads the newest page, once. */
  open(): Promise<void> {
    this.opening ??= this.loadNewest().catch((error) => {
      this.opening = undefined;
      this.failed(error);
      throw error;
    });
    return this.opening;
  }

  loadOlder(): Promise<void> {
    const { first } = this.stretch;
    if (!this.chatId || first <= 1) return Promise.resolve();
    this.older ??= this.loading(async () => {
      try {
        await this.page({ beforeSeq: first, limit: PAGE }, (page) => this.absorb(page));
      } finally {
        // Before anybody hears that the page is here: they may ask for the next one at once.
        this.older = undefined;
      }
    });
    return this.older;
  }

  /** The chat has been started; `chatId` has been set. @param chat where more than that is known */
  begin(chat?: Chat): void {
    if (chat) this.adopt(chat);
    this.reopen();
  }

  /** A snapshot of the chat. */
  adopt(chat: Chat): void {
    this.known.adopt(chat);
    this.gone = false;
    this.hear(chat.lastSeq);
  }

  /** An event tells of a change: it is known at once, and its entry is fetched. */
  change(seq: number, change: Partial<Chat>): void {
    const { chat } = this.known;
    if (chat) this.adopt({ ...chat, ...change, lastSeq: seq });
    else this.hear(seq);
  }

  end({ seq, endedBy, endedAt }: ChatEnded): void {
    this.change(seq, { status: 'ended', endedBy, endedAt });
  }

  /** There are entries up to here. */
  hear(lastSeq: number): void {
    this.known.hear(lastSeq);
    this.stretch.last ??= lastSeq;
    this.view.changed();
    void this.fill();
  }

  /** An entry: live, or of an ack. */
  receive(entry: Message): void {
    this.known.learn(entry);
    this.stretch.last ??= entry.seq - 1;
    this.absorb([entry]);
    void this.fill();
  }

  mark(side: Side, mark: Chat['marks']['user']): void {
    this.known.raise(side, mark);
    this.restate();
    this.view.changed();
  }

  /** What was written here is not to be shown any more: what is left of it is read anew. */
  erase(): void {
    this.known = new KnownChat();
    this.stretch = new Stretch();
    this.view.changed();
    this.reopen();
  }

  /** Something must have happened that was not heard of. */
  check(): void {
    void this.fill(true);
  }

  isOwn({ senderRole, senderId }: Message): boolean {
    return senderRole === this.link.side && senderId === this.link.selfId;
  }

  private reopen(): void {
    if (!this.isOpened) return;
    this.opening = undefined;
    this.open().catch(() => undefined);
  }

  private async loadNewest(): Promise<void> {
    await this.loading(async () => {
      const { chatId } = this;
      if (!chatId) return;
      if (!this.known.chat) this.adopt(await this.link.request('get_chat', { chatId }));
      await this.page({ limit: PAGE }, (page) => {
        this.jump(page);
        this.stretch.last ??= 0;
      });
    });
    void this.fill();
  }

  /** Fetches what is missing at the end. @param unasked also when nothing is known to be missing */
  private async fill(unasked = false): Promise<void> {
    const isFollowed = this.isOpened || this.link.takesPart(this.known.chat);
    if (this.filling || this.gone || !this.chatId || !isFollowed) return;
    this.filling = true;
    try {
      for (let asked = !unasked; this.missing > 0 || !asked; asked = true) {
        const { stretch, last } = this;
        if (this.missing > LONGEST_GAP) await this.page({ limit: PAGE }, (page) => this.jump(page));
        else await this.page({ afterSeq: last, limit: FILL_PAGE }, (page) => this.absorb(page));
        // A node that lags behind: the next heartbeat tells again.
        if (stretch === this.stretch && last === this.last) break;
      }
    } catch (error) {
      // Anything else is refused for good, or the client is closed.
      this.failed(error);
    } finally {
      this.filling = false;
    }
  }

  private get missing(): number {
    return this.known.lastSeq - this.last;
  }

  private failed(error: unknown): void {
    if (!(error instanceof ClientError) || error.code !== 'chat_not_found') return;
    this.gone = true;
    this.view.changed();
  }

  /** @param take gets the page, unless what it was to be added to is not here any more: it may be erased */
  private async page(
    query: { afterSeq?: number; beforeSeq?: number; limit: number },
    take: (page: Message[]) => void,
  ): Promise<void> {
    const { chatId, stretch } = this;
    const { messages } = await this.link.request('get_messages', { chatId, ...query });
    if (stretch === this.stretch) take(messages);
  }

  private async loading(load: () => Promise<void>): Promise<void> {
    this.loads++;
    this.view.changed();
    try {
      await load();
    } finally {
      this.loads--;
      this.view.changed();
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
    for (const entry of page) {
      if (entry.seq > this.last) continue;
      this.known.learn(entry);
      const { clientMessageId } = entry;
      if (clientMessageId && this.isOwn(entry)) this.link.outbox.remove(clientMessageId);
    }
    if (news.length > 0 && !this.view.observed) this.stretch.trim(KEPT_UNSEEN);
    this.restate();
    this.view.changed();
    this.view.came(news);
  }

  /** Brings the states of one's own messages up to the marks. */
  private restate(): void {
    const mark = this.known.marks[this.link.side === 'user' ? 'admin' : 'user'];
    this.stretch.restate(mark, (entry) => this.isOwn(entry));
  }
}
