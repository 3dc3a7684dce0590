/** Asks a server over a socket, and keeps in mind what has had no answer while the connection lived (P7). */
import type { Socket } from 'socket.io-client';
import { type Answer, until } from '../support/clients.js';
import type { ClientRecord } from './records.js';

/** After this long without an answer a client asks again, in milliseconds. */
const ASKS_AGAIN_AFTER = 1500;
/** A server answers within 10 s; the rest is for nodes and lines that stand still. In milliseconds. */
const ANSWERED_WITHIN = 20_000;

interface Question {
  event: string;
  at: number;
  give(answer: undefined): void;
}

export class Asker {
  /** The number of the present connection, or of the last one. */
  connection = 0;
  private readonly open = new Set<Question>();

  /** @param late gets what was answered too late, or never */
  constructor(
    private readonly socket: Socket,
    private readonly late: ClientRecord['late'],
  ) {
    socket.on('connect', () => this.connection++);
    // The end of a connection is an answer, too: nothing more comes of what was asked on it.
    socket.on('disconnect', () => {
      for (const question of this.open) {
        this.answered(question);
        question.give(undefined);
      }
    });
  }

  /**
   * Asks once, as soon as there is a connection.
   * @param asks called when it goes out
   * @returns undefined without an answer
   */
  async ask<T>(
    event: string,
    payload?: unknown,
    asks?: () => void,
  ): Promise<Answer<T> | undefined> {
    const giveUp = Date.now() + ASKS_AGAIN_AFTER;
    while (!this.socket.connected && Date.now() < giveUp) await pause();
    // The library would keep it, and send it when we have given it up.
    if (!this.socket.connected) return undefined;
    return new Promise((resolve) => {
      const question = { event, at: Date.now(), give: resolve };
      this.open.add(question);
      asks?.();
      const timer = setTimeout(resolve, ASKS_AGAIN_AFTER, undefined);
      this.socket.emit(event, payload, (answer: Answer<T>) => {
        clearTimeout(timer);
        this.answered(question);
        resolve(answer);
      });
    });
  }

  /** Fulfils when everything has been answered, or ought to have been. */
  async quiet(): Promise<void> {
    await until(
      () => [...this.open].every(({ at }) => Date.now() - at > ANSWERED_WITHIN),
      'everything to be answered, or late',
      2 * ANSWERED_WITHIN,
    );
    for (const question of this.open) this.answered(question);
  }

  private answered(question: Question): void {
    this.open.delete(question);
    const took = Date.now() - question.at;
    if (took > ANSWERED_WITHIN) this.late.push({ event: question.event, took });
  }
}

/** What is left of a turn; the line is down, or there is nothing to do. */
export const pause = () => new Promise((resolve) => setTimeout(resolve, 10));
