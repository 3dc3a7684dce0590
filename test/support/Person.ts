import { type Client, until } from './clients.js';

/** Talks without a pause, and keeps the time for which the connection is away. */
export class Person {
  readonly away: number[] = [];
  leftAt = 0;
  private chatId = '';
  private readonly sent: string[] = [];
  private talking: Promise<void> | undefined;
  private stopped = false;

  constructor(private readonly client: Client<'user'>) {
    client.socket.on('disconnect', () => {
      this.leftAt = Date.now();
    });
    client.socket.on('connect', () => this.away.push(Date.now() - this.leftAt));
  }

  /** Messages that were acked so far. */
  get acked(): number {
    return this.sent.length;
  }

  async start(): Promise<void> {
    this.chatId = (await this.client.do('start_chat')).chatId;
    this.talking = this.talk();
  }

  async finish() {
    this.stopped = true;
    await this.talking;
    const { messages } = await this.client.do('get_messages', { chatId: this.chatId, limit: 200 });
    return { sent: this.sent.slice(-200), messages: messages.map(({ content }) => content) };
  }

  private async talk(): Promise<void> {
    for (let n = 0; !this.stopped; n++) {
      const message = { chatId: this.chatId, content: `${n}`, clientMessageId: `key-${n}` };
      const sent = async () => {
        const ack = await this.client.socket.timeout(1000).emitWithAck('user_message', message);
        return (ack as { ok: boolean }).ok;
      };
      await until(() => sent().catch(() => false), 'the message to be kept');
      this.sent.push(message.content);
    }
  }
}
