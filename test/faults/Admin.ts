import type { Chat, ChatsPage } from '../../src/validations/chat.validation.js';
import { KnownQueue } from './KnownQueue.js';
import { Participant, type Position } from './Participant.js';
import type { LiveEvent } from './records.js';

/** Takes whatever waits, and answers in all of it. */
export class Admin extends Participant {
  private readonly open = new Set<string>();
  /** How often each chat was asked for; an answer that was lost makes it more than once. */
  private readonly asked = new Map<string, number>();
  private turn = 0;
  private messages = 0;

  constructor(
    url: string,
    id: string,
    private readonly handsBack: number,
  ) {
    super(url, 'admin', id);
    const take = (chatId: string) => {
      if (!this.stopping) this.later(this.assign(chatId));
    };
    const queue = new KnownQueue(this.record.waiting, () => {
      this.learntAt = Date.now();
    });
    this.socket.on('new_chat_request', ({ chatId, lastSeq }: Chat) => {
      this.record.requests.push(`${chatId}.${lastSeq}`);
      queue.note(chatId, lastSeq, true);
      take(chatId);
    });
    const left = ({ chatId, seq }: Position) => queue.note(chatId, seq, false);
    this.socket.on('chat_assigned', left);
    this.socket.on('chat_ended', (event: Position) => {
      this.open.delete(event.chatId);
      left(event);
    });
    this.socket.on('connect', async () => {
      await queue.read((cursor) => this.readQueue(cursor));
      for (const chatId of this.record.waiting) take(chatId);
    });
  }

  private readQueue(cursor: string | null): Promise<ChatsPage | undefined> {
    const { connection } = this.asker;
    const isSame = () => this.asker.connection === connection;
    return this.read('get_unassigned_chats', { limit: 500, ...(cursor && { cursor }) }, isSame);
  }

  protected opened(chatId: string): void {
    this.open.add(chatId);
  }

  protected async chat(): Promise<string | undefined> {
    const open = [...this.open];
    return open[this.turn++ % open.length];
  }

  /** Who asks for a chat that is theirs already gets `chat_assigned` as an answer, once for each time. */
  protected override isAnswer(kind: LiveEvent['kind'], { chatId, seq }: Position): boolean {
    const again = this.asked.get(chatId) ?? 0;
    if (kind !== 'assignment' || again < 2) return false;
    if (!this.record.live.some((known) => known.chatId === chatId && known.seq >= seq))
      return false;
    this.asked.set(chatId, again - 1);
    return true;
  }

  protected override async sentTo(chatId: string): Promise<void> {
    if (++this.messages % this.handsBack !== 0) return;
    this.open.delete(chatId);
    await this.ask('unassign_chat', { chatId });
  }

  private async assign(chatId: string): Promise<void> {
    this.asked.set(chatId, (this.asked.get(chatId) ?? 0) + 1);
    const assigned = await this.ask<Chat>('assign_chat', { chatId });
    if (!assigned?.ok) return;
    this.open.add(chatId);
    this.record.won.push(`${chatId}.${assigned.data.assignedSeq}`);
  }
}
