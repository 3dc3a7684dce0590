/**
 * Sends what is in the outbox: for each chat one message at a time, so that none overtakes another
 * that has to be sent again.
 */
import { type ClientError, toClientError } from './ClientError.js';
import type { Outbox, OutboxEntry } from './Outbox.js';
import { backoff, pause, type Timing } from './timing.js';
import type { Message } from './wire.js';

export interface SenderOptions {
  outbox: Outbox;
  timing: Timing;
  isConnected(): boolean;
  send(message: { chatId: string; content: string; clientMessageId: string }): Promise<Message>;
  /** The server has kept it. */
  onSent(message: Message): void;
  /** The server will not have it. */
  onRefused(chatId: string): void;
}

export class Sender {
  /** Chats whose messages are being sent. */
  private readonly busy = new Set<string>();
  /** Kept by the server, and in the outbox only until they are in the timeline. */
  private readonly sent = new Set<string>();

  constructor(private readonly options: SenderOptions) {}

  /** Call it when something is there to send, and when it can be sent. */
  flush(): void {
    for (const { chatId } of this.options.outbox.get()) {
      if (chatId !== null && !this.busy.has(chatId)) void this.sendAll(chatId);
    }
  }

  private async sendAll(chatId: string): Promise<void> {
    this.busy.add(chatId);
    const { timing, isConnected } = this.options;
    for (let tries = 0; isConnected(); ) {
      const next = this.next(chatId);
      if (!next) break;
      const wait = this.waitFor(next);
      if (wait > 0) {
        void pause(wait).then(() => this.flush());
        break;
      }
      const error = await this.sendOne(chatId, next);
      if (!error) tries = 0;
      else if (isConnected()) await pause(backoff(timing, tries++, error.retryAfter));
    }
    this.busy.delete(chatId);
  }

  /** Another page that has written it sends it; if it is gone, this one does. In milliseconds. */
  private waitFor({ clientMessageId }: OutboxEntry): number {
    const since = this.options.outbox.foreignSince(clientMessageId);
    return since + this.options.timing.takeOver - Date.now();
  }

  private next(chatId: string): OutboxEntry | undefined {
    return this.options.outbox
      .of(chatId)
      .find((entry) => entry.state === 'sending' && !this.sent.has(entry.clientMessageId));
  }

  /** @returns why it has to be sent again. */
  private async sendOne(
    chatId: string,
    { clientMessageId, content }: OutboxEntry,
  ): Promise<ClientError | undefined> {
    const { outbox } = this.options;
    try {
      const message = await this.options.send({ chatId, content, clientMessageId });
      this.sent.add(clientMessageId);
      this.options.onSent(message);
    } catch (thrown) {
      const error = toClientError(thrown);
      // Without a session nothing is decided about the message: the connection comes back, or is refused.
      if (error.isPassing || error.code === 'unauthorized') return error;
      outbox.fail(clientMessageId, error.wire);
      this.options.onRefused(chatId);
    }
    return undefined;
  }
}
