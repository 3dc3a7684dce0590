/**
 * A client that chats as people do with a poor line: it sends again what was not answered, fills what
 * it missed, and writes down everything it learns.
 */
import type { ChatsPage, Message, MessagesPage } from '../../src/validations/chat.validation.js';
import type { Answer } from '../support/clients.js';
import { client } from '../support/clients.js';
import type { ClientRecord, LiveEvent, SentMessage } from './records.js';

/** After this long without an answer a message is sent again, in milliseconds. */
const ANSWERED_WITHIN = 1500;
/** Refusals after which a message cannot have been kept. */
const FINAL = ['chat_ended', 'chat_not_found', 'forbidden'];
/** Messages of one participant that may be under way at once. */
const AT_ONCE = 3;

export type Position = Pick<LiveEvent, 'chatId' | 'seq'>;

/** What everybody does; how they come to a chat is their own matter. */
export abstract class Participant {
  readonly record: ClientRecord;
  /** Messages that were acked so far. */
  acked = 0;
  /** Answers of `unavailable` so far. */
  unavailable = 0;
  /** Messages that are under way now. */
  underWay = 0;
  protected stopping = false;
  /** Beside the messages: what may still change a timeline. */
  protected readonly pending = new Set<Promise<void>>();
  private connection = 0;
  private justConnected = false;
  private count = 0;
  private readonly loops: Promise<void>[] = [];
  /** By chat: up to where nothing is missing. */
  private readonly complete = new Map<string, number>();
  private readonly filling = new Map<string, Promise<void>>();
  protected readonly socket;

  constructor(url: string, side: 'user' | 'admin', id: string) {
    this.record = { id, side, sent: [], live: [], filled: [], won: [], waiting: new Set() };
    this.socket = client(url, side, id, {
      reconnectionDelay: 20,
      reconnectionDelayMax: 100,
    }).socket;
    this.socket.on('connect', () => {
      this.connection++;
      this.justConnected = true;
    });
    this.socket.on('new_message', (message: Message) => this.take('message', message, message));
    this.socket.on('chat_assigned', (event: Position) => this.take('assignment', event));
    this.socket.on('chat_unassigned', (event: Position) => this.take('unassignment', event));
    this.socket.on('chat_ended', (event: Position) => this.take('end', event));
    this.socket.on('heartbeat', ({ chats }: { chats: { chatId: string; lastSeq: number }[] }) => {
      for (const { chatId, lastSeq } of chats) {
        this.opened(chatId);
        if (lastSeq > (this.complete.get(chatId) ?? 0)) void this.fill(chatId);
      }
      if (this.justConnected) void this.catchUp();
      this.justConnected = false;
    });
  }

  /** Sends messages until {@link stop}. */
  start(): void {
    for (let n = 0; n < AT_ONCE; n++) this.loops.push(this.chatter());
  }

  /** Sends nothing new, and fulfils when everything that was under way is settled. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all([...this.loops, ...this.pending]);
  }

  /** Fills every chat of one's own to its end. Call it when nothing is written any more. */
  async settle(): Promise<void> {
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page: ChatsPage = await this.insist('get_chats', {
        limit: 200,
        ...(cursor && { cursor }),
      });
      for (const { chatId } of page.chats) {
        await this.filling.get(chatId);
        await this.fill(chatId);
      }
      cursor = page.nextCursor;
    }
  }

  /** A chat to write into now, if there is one. */
  protected abstract chat(): Promise<string | undefined>;

  /** Called for each chat that the server says is open. */
  protected abstract opened(chatId: string): void;

  /** Whether an event is no part of the feed, but an answer to what was asked a second time. */
  protected isAnswer(_kind: LiveEvent['kind'], _at: Position): boolean {
    return false;
  }

  /** Disconnects for good. */
  leave(): void {
    this.socket.disconnect();
  }

  /** Called after each message; a user ends the chat some time. */
  protected async sentTo(_chatId: string): Promise<void> {}

  /** Asks once. @returns undefined without an answer. */
  protected async ask<T>(event: string, payload?: unknown): Promise<Answer<T> | undefined> {
    try {
      return await this.socket.timeout(ANSWERED_WITHIN).emitWithAck(event, payload);
    } catch {
      return undefined;
    }
  }

  /** Asks until it is granted. */
  private async insist<T>(event: string, payload: unknown): Promise<T> {
    for (;;) {
      const answer = await this.ask<T>(event, payload);
      if (answer?.ok) return answer.data;
      await pause();
    }
  }

  /**
   * Asks until there is an answer: nobody tells again what there is to ask for.
   * @returns undefined when it is refused, or not wanted any more.
   */
  protected async read<T>(event: string, payload: unknown, wanted = () => true) {
    for (;;) {
      const answer = await this.ask<T>(event, payload);
      if (answer?.ok) return answer.data;
      const mayCome = !answer || answer.error.code === 'unavailable';
      if (!mayCome || !this.socket.active || !wanted()) return undefined;
      await pause();
    }
  }

  private async chatter(): Promise<void> {
    while (!this.stopping) {
      const chatId = await this.chat();
      if (chatId === undefined) await pause();
      else {
        await this.send(chatId);
        await this.sentTo(chatId);
      }
    }
  }

  /** One in five has no key and is sent only once: it may be lost, and must not come twice. */
  private async send(chatId: string): Promise<void> {
    const n = ++this.count;
    const content = `${this.record.id}/${n}`;
    const clientMessageId = n % 5 === 0 ? undefined : `key-${n}`;
    const sent: SentMessage = { chatId, content, clientMessageId, acks: [], refused: undefined };
    this.record.sent.push(sent);
    this.underWay++;
    await this.sendUntilSettled(sent);
    // Some are sent again although they were acked, as after a lost ack.
    if (n % 7 === 0 && clientMessageId !== undefined) await this.sendUntilSettled(sent);
    this.underWay--;
  }

  private async sendUntilSettled(sent: SentMessage): Promise<void> {
    const { chatId, content, clientMessageId } = sent;
    const event = `${this.record.side}_message`;
    for (;;) {
      const answer = await this.ask<Message>(event, { chatId, content, clientMessageId });
      if (answer?.ok) {
        sent.acks.push(answer.data);
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

  private take(kind: LiveEvent['kind'], { chatId, seq }: Position, message?: Message): void {
    if (this.isAnswer(kind, { chatId, seq })) return;
    const { connection } = this;
    this.record.live.push({ connection, chatId, seq, kind, message });
    const complete = this.complete.get(chatId) ?? 0;
    if (seq === complete + 1) this.complete.set(chatId, seq);
    else if (seq > complete) void this.fill(chatId);
  }

  /** A chat may have come to us and ended while we were away; the heartbeat names the open ones. */
  private async catchUp(): Promise<void> {
    const { connection } = this;
    const isSame = () => this.connection === connection;
    const recent = await this.read<ChatsPage>('get_chats', { limit: 50 }, isSame);
    for (const { chatId, lastSeq } of recent?.chats ?? []) {
      if (lastSeq > (this.complete.get(chatId) ?? 0)) void this.fill(chatId);
    }
  }

  /** Reads what is missing, one after the other for a chat. */
  private async fill(chatId: string): Promise<void> {
    const running = this.filling.get(chatId);
    const filling = running ?? this.fillFrom(chatId).finally(() => this.filling.delete(chatId));
    this.filling.set(chatId, filling);
    await filling;
  }

  private async fillFrom(chatId: string): Promise<void> {
    for (;;) {
      const afterSeq = this.complete.get(chatId) ?? 0;
      const page = await this.read<MessagesPage>('get_messages', { chatId, afterSeq, limit: 100 });
      if (!page) return;
      const { messages, hasMore } = page;
      this.record.filled.push(...messages);
      const last = messages.at(-1)?.seq ?? 0;
      if (last > (this.complete.get(chatId) ?? 0)) this.complete.set(chatId, last);
      if (!hasMore) return;
    }
  }
}

/** What is left of a turn; the line is down, or there is nothing to do. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 10));
