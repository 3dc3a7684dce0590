import type { Chat } from '../../src/validations/chat.validation.js';
import { Participant } from './Participant.js';

/** Starts chats, and ends each after a while. */
export class User extends Participant {
  private open: string | undefined;
  private messages = 0;

  constructor(
    url: string,
    id: string,
    private readonly messagesPerChat: number,
  ) {
    super(url, 'user', id);
  }

  protected opened(): void {}

  protected async chat(): Promise<string | undefined> {
    if (this.open === undefined) {
      const started = await this.ask<Chat>('start_chat');
      if (started?.ok) this.open = started.data.chatId;
    }
    return this.open;
  }

  protected override async sentTo(chatId: string): Promise<void> {
    if (++this.messages % this.messagesPerChat !== 0) return;
    await this.ask('end_chat', { chatId });
    // Whether it has ended or not: a start gives the open chat, or a new one.
    this.open = undefined;
  }
}
