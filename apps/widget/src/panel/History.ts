/** All that a visitor can scroll through: the current chat, and above it those that came before. */
import type { Chat, ChatTimeline, Readable, TimelineState, UserClient } from '@chat-server/client';
import { Cell } from './Cell.js';

export interface Section {
  timeline: ChatTimeline;
  state: TimelineState;
}

export class History {
  /** Oldest chat first. */
  readonly sections = new Cell<readonly Section[]>([]);
  readonly isLoading = new Cell(false);
  readonly hasMore = new Cell(false);
  private timelines: ChatTimeline[] = [];
  /** The chat before the first of these; null when there is none, undefined when nobody has asked. */
  private earlier: Chat | null | undefined;
  private ends = new Map<ChatTimeline, () => void>();
  private readonly end: () => void;

  constructor(private readonly client: UserClient) {
    this.end = client.current.subscribe(() => this.follow(client.current));
    this.follow(client.current);
  }

  private get hasOlder(): boolean {
    return Boolean(this.earlier) || this.timelines[0]?.get().hasOlder === true;
  }

  /** Loads the page before, of this chat or of the one before it. */
  async loadOlder(): Promise<void> {
    if (this.isLoading.get() || !this.hasOlder) return;
    this.isLoading.set(true);
    try {
      const [first] = this.timelines;
      if (first?.get().hasOlder) await first.loadOlder();
      else await this.loadEarlierChat();
    } catch {
      // No connection, or none any more: scrolling asks again.
    } finally {
      this.isLoading.set(false);
    }
  }

  close(): void {
    this.end();
    for (const end of this.ends.values()) end();
  }

  private follow(current: Readable<ChatTimeline | null>): void {
    const timeline = current.get();
    if (timeline && !this.timelines.includes(timeline)) this.add(timeline, 'after');
    else this.changed();
  }

  private async loadEarlierChat(): Promise<void> {
    if (!this.earlier) return;
    const timeline = this.client.chat(this.earlier.chatId);
    await timeline.open();
    this.earlier = undefined;
    this.add(timeline, 'before');
  }

  /** Asks once for what lies before the oldest chat that is here. */
  private async look(): Promise<void> {
    const cursor = this.timelines[0]?.chatId;
    if (this.earlier !== undefined || !cursor) return;
    this.earlier = null;
    const { chats } = await this.client.getChats({ cursor, limit: 1 });
    this.earlier = chats[0] ?? null;
    this.hasMore.set(this.hasOlder);
  }

  private add(timeline: ChatTimeline, where: 'before' | 'after'): void {
    if (where === 'after') this.timelines.push(timeline);
    else this.timelines.unshift(timeline);
    this.ends.set(
      timeline,
      timeline.subscribe(() => this.changed()),
    );
    // Refused or closed meanwhile: there is nothing to show.
    timeline.open().catch(() => undefined);
    this.changed();
  }

  private changed(): void {
    const before = this.sections.get();
    const after = this.timelines.map((timeline) => ({ timeline, state: timeline.get() }));
    const same =
      before.length === after.length && after.every((one, at) => before[at]?.state === one.state);
    if (!same) this.sections.set(after);
    this.hasMore.set(this.hasOlder);
    // Refused or closed: there is nothing before.
    this.look().catch(() => undefined);
  }
}
