/**
 * A client that chats as people do with a poor line: it sends again what was not answered, fills what
 * it missed, and writes down everything it learns.
 */
import type { ChatsPage, Message, MessagesPage } from '../../src/validations/chat.validation.js';
import type { Answer } from '../support/clients.js';
import { client } from '../support/clients.js';
import { Asker, pause } from './Asker.js';
import { type ClientRecord, emptyRecord, type LiveEvent } from './records.js';
import { Writer } from './Writer.js';

/** Messages of one participant that may be under way at once. */
const AT_ONCE = 3;

export type Position = Pick<LiveEvent, 'chatId' | 'seq'>;

/** What everybody does; how they come to a chat is their own matter. */
export abstract class Participant {
  readonly record: ClientRecord;
  readonly writer: Writer;
  /** When something was learnt last, in milliseconds since 1970. */
  learntAt = 0;
  protected stopping = false;
  /** Beside the messages: what may still change a timeline, or is asked. */
  private readonly pending = new Set<Promise<void>>();
  private justConnected = false;
  private readonly loops: Promise<void>[] = [];
  /** By chat: up to where nothing is missing. */
  private readonly complete = new Map<string, number>();
  private readonly filling = new Map<string, Promise<void>>();
  protected readonly socket;
  protected readonly asker: Asker;

  constructor(url: string, side: 'user' | 'admin', id: string) {
    this.record = emptyRecord(id, side);
    this.socket = client(url, side, id, {
      reconnectionDelay: 20,
      reconnectionDelayMax: 100,
    }).socket;
    this.asker = new Asker(this.socket, this.record.late);
    this.writer = new Writer(url, this.record, this.asker, (work) => this.later(work));
    this.socket.on('connect', () => {
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
    await Promise.all(this.loops);
    while (this.pending.size > 0) await Promise.all(this.pending);
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
    await this.asker.quiet();
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
  protected ask<T>(event: string, payload?: unknown): Promise<Answer<T> | undefined> {
    return this.asker.ask(event, payload);
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
        await this.writer.send(chatId);
        await this.sentTo(chatId);
      }
    }
  }

  /** What goes on beside the talk, and has to be done when it ends. */
  protected later(work: Promise<void>): void {
    const pending = work.finally(() => this.pending.delete(pending));
    this.pending.add(pending);
  }

  private take(kind: LiveEvent['kind'], { chatId, seq }: Position, message?: Message): void {
    if (this.isAnswer(kind, { chatId, seq })) return;
    const { connection } = this.asker;
    this.record.live.push({ connection, chatId, seq, kind, message });
    this.learntAt = Date.now();
    const complete = this.complete.get(chatId) ?? 0;
    if (seq === complete + 1) this.complete.set(chatId, seq);
    else if (seq > complete) void this.fill(chatId);
  }

  /** A chat may have come to us and ended while we were away; the heartbeat names the open ones. */
  private async catchUp(): Promise<void> {
    const { connection } = this.asker;
    const isSame = () => this.asker.connection === connection;
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
      if (last > (this.complete.get(chatId) ?? 0)) {
        this.complete.set(chatId, last);
        this.learntAt = Date.now();
      }
      if (!hasMore) return;
    }
  }
}
