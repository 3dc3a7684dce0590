/** Writes the messages of a participant, each until it is settled, and keeps a record of every try. */
import type { Message } from '../../src/validations/chat.validation.js';
import { rest } from '../support/rest.js';
import { type Asker, pause } from './Asker.js';
import type { ClientRecord, SentMessage } from './records.js';

/** Refusals after which a message cannot have been kept. */
const FINAL = ['chat_ended', 'chat_not_found', 'forbidden'];

export class Writer {
  /** Messages that were acked so far. */
  acked = 0;
  /** Answers of `unavailable` so far. */
  unavailable = 0;
  /** Messages that are under way now. */
  underWay = 0;
  private count = 0;
  /** Counts what we do and hear, so that it is known what was before what. */
  private now = 0;

  /** @param later is given what goes on beside the talk */
  constructor(
    private readonly url: string,
    private readonly record: ClientRecord,
    private readonly asker: Asker,
    private readonly later: (work: Promise<void>) => void,
  ) {}

  /** One in five has no key and is sent only once: it may be lost, and must not come twice. */
  async send(chatId: string): Promise<void> {
    const n = ++this.count;
    const content = `${this.record.id}/${n}`;
    const clientMessageId = n % 5 === 0 ? undefined : `key-${n}`;
    const sent: SentMessage = {
      ...{ chatId, content, clientMessageId },
      ...{ tries: [], acks: [], ackedAt: undefined, refused: undefined },
    };
    this.record.sent.push(sent);
    this.underWay++;
    await this.sendUntilSettled(sent);
    // Some are sent again although they were acked, as after a lost ack, and some to another node.
    if (n % 14 === 0 && clientMessageId !== undefined) await this.sendUntilSettled(sent);
    const [ack] = sent.acks;
    if (n % 14 === 7 && ack) this.later(this.sendByHttp(sent, ack));
    this.underWay--;
  }

  private async sendUntilSettled(sent: SentMessage): Promise<void> {
    const { chatId, content, clientMessageId } = sent;
    const event = `${this.record.side}_message`;
    for (;;) {
      const body = { chatId, content, clientMessageId };
      const answer = await this.asker.ask<Message>(event, body, () => {
        sent.tries.push({ at: ++this.now, connection: this.asker.connection });
      });
      if (answer?.ok) {
        sent.acks.push(answer.data);
        sent.ackedAt ??= ++this.now;
        this.acked++;
        return;
      }
      const code = answer?.error.code;
      if (code === 'unavailable') this.unavailable++;
      if (code && FINAL.includes(code)) {
        // Without a key, an earlier try cannot be recognised, and the refusal is of this one alone.
        sent.refused = code;
        return;
      }
      if (clientMessageId === undefined) return;
      await pause();
    }
  }

  /** Over a connection of its own, which leads to any node: what was acked is there, and a repeat known. */
  private async sendByHttp(sent: SentMessage, { chatId, messageId, seq }: Message): Promise<void> {
    const { id, side } = this.record;
    const caller = { id, headers: { connection: 'close' } };
    const where = { chatId, afterSeq: seq - 1, limit: 1 };
    try {
      const read = await rest(this.url, side, 'get_messages', where, caller);
      const [first] = read.data?.messages ?? [];
      if (read.status === 200) {
        this.record.readBack.push({ messageId, found: first?.messageId === messageId });
      }
      if (sent.clientMessageId === undefined) return;
      const { content, clientMessageId } = sent;
      const body = { chatId, content, clientMessageId };
      const again =
        side === 'user'
          ? await rest(this.url, side, 'user_message', body, caller)
          : await rest(this.url, side, 'admin_message', body, caller);
      if (again.status < 300) sent.acks.push(again.data);
    } catch {
      // No answer, and nothing is known of it.
    }
  }
}
