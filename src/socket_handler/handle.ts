/**
 * The one wrapper around every event, whether it came by socket or over HTTP: limit, find the row,
 * parse, call, and answer within a bounded time. What an identity may do is decided behind the call.
 */
import type { z } from 'zod';
import { ChatError } from '../errors.js';
import type { Logger } from '../log.js';
import type { Answer } from '../services/answers.js';
import { explain } from '../services/failures.js';
import { clientEvents, type EventName, type NamespaceName } from '../validations/events.js';
import { adminHandlers } from './admin.handler.js';
import type { Handlers, Sender, Services } from './handlers.js';
import { userHandlers } from './user.handler.js';

/** Longest an event may stay without an answer, in milliseconds (P7). */
export const ANSWER_WITHIN = 10_000;

/** A row of any event, as the wrapper sees it. */
interface AnyRow {
  schema: z.ZodType;
  handle(services: Services, payload: unknown, sender: Sender): Promise<Answer<unknown>>;
  audits?: 'everybody' | 'supervisors';
  emits?(answer: Answer<unknown>): [event: string, data: unknown] | undefined;
}

export interface Reply extends Answer<unknown> {
  emission?: [event: string, data: unknown] | undefined;
}

/** Who asked. Is told once, whichever way it goes. */
export interface Asker {
  answered(reply: Reply): void;
  refused(error: ChatError): void;
}

interface Unanswered {
  asker: Asker;
  event: unknown;
  row: AnyRow;
  /** Milliseconds since 1970. */
  until: number;
}

export class Handle {
  private readonly rows: Record<NamespaceName, Map<unknown, AnyRow>> = {
    user: rowsOf('user', userHandlers),
    admin: rowsOf('admin', adminHandlers),
  };
  /** Events that were taken and have no answer yet, oldest first. */
  private readonly unanswered = new Set<Unanswered>();
  private draining: (() => void) | undefined;

  constructor(
    private readonly services: Services,
    private readonly log: Logger,
  ) {}

  /**
   * Carries out one event, and tells the one who asked. It takes no more of memory than it must, for
   * as long as the event is on its way to the disk: thousands are at once, and the garbage collector
   * copies what each of them holds.
   */
  answer(
    namespace: NamespaceName,
    event: unknown,
    payload: unknown,
    sender: Sender,
    asker: Asker,
  ): void {
    let row: AnyRow;
    let work: Promise<Answer<unknown>>;
    try {
      row = this.accept(namespace, event, sender);
      work = this.carryOut(row, String(event), parse(row, payload), sender);
    } catch (error) {
      asker.refused(explain(error, this.log, { event }));
      return;
    }
    const waiting = { asker, event, row, until: Date.now() + ANSWER_WITHIN };
    this.unanswered.add(waiting);
    work.then(
      (answer) => this.tell(waiting, answer),
      (error: unknown) => this.refuse(waiting, error),
    );
  }

  /** The same for those who wait. @throws ChatError, and nothing else. */
  ask(namespace: NamespaceName, event: unknown, payload: unknown, sender: Sender): Promise<Reply> {
    return new Promise((answered, refused) => {
      this.answer(namespace, event, payload, sender, { answered, refused });
    });
  }

  /**
   * Answers those who have waited too long; call it every second or so. Their work goes on, and
   * participants will see its result. One look at the oldest, instead of a timer for each event.
   */
  giveUpOnOverdue(now = Date.now()): void {
    for (const waiting of this.unanswered) {
      if (waiting.until > now) return;
      this.finished(waiting);
      waiting.asker.refused(new ChatError('store_unavailable'));
    }
  }

  /** @throws ChatError for what needs no look at the payload to be refused. */
  private accept(namespace: NamespaceName, event: unknown, { allowance }: Sender): AnyRow {
    allowance.takeEvent(Date.now());
    const row = this.rows[namespace].get(event);
    if (!row) throw new ChatError('unknown_event');
    if (this.draining) throw new ChatError('not_ready');
    return row;
  }

  private carryOut(
    { handle, audits }: AnyRow,
    event: string,
    payload: unknown,
    sender: Sender,
  ): Promise<Answer<unknown>> {
    const work = handle(this.services, payload, sender);
    if (!audits || (audits === 'supervisors' && sender.actor.role !== 'supervisor')) return work;
    return work.then(async (answer) => {
      const { actor: by, address } = sender;
      await this.services.audit.record({ by, action: event, to: chatOf(payload), address });
      return answer;
    });
  }

  private tell(waiting: Unanswered, answer: Answer<unknown>): void {
    if (!this.finished(waiting)) return; // It was given up.
    const { asker, row } = waiting;
    try {
      asker.answered(row.emits ? { ...answer, emission: row.emits(answer) } : answer);
    } catch (error) {
      this.log.error({ event: waiting.event, err: error }, 'an answer could not be given');
    }
  }

  private refuse(waiting: Unanswered, error: unknown): void {
    const told = explain(error, this.log, { event: waiting.event });
    if (this.finished(waiting)) waiting.asker.refused(told);
  }

  /**
   * Takes nothing new; fulfils when everything that was under way has been answered. The last answers
   * go to their sockets in this turn of the event loop; what closes those has to come after it.
   */
  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.draining = () => setImmediate(resolve);
      if (this.unanswered.size === 0) this.draining();
    });
  }

  /** @returns whether it had not been finished before. */
  private finished(waiting: Unanswered): boolean {
    const waited = this.unanswered.delete(waiting);
    if (this.unanswered.size === 0) this.draining?.();
    return waited;
  }
}

function rowsOf<N extends NamespaceName>(namespace: N, handlers: Handlers<N>) {
  const rows = new Map<unknown, AnyRow>();
  for (const [event, { payload }] of Object.entries(clientEvents[namespace])) {
    const row = handlers[event as EventName<N>] as Omit<AnyRow, 'schema'>;
    rows.set(event, { schema: payload, ...row });
  }
  return rows;
}

/** @throws ChatError `invalid_payload` */
function parse({ schema }: AnyRow, payload: unknown): unknown {
  const parsed = schema.safeParse(payload);
  if (!parsed.success) throw ChatError.ofPayload(parsed.error.issues);
  return parsed.data;
}

/** The chat that a payload names, if it names one. */
function chatOf(payload: unknown): { chatId: string } | undefined {
  const { chatId } = (payload ?? {}) as { chatId?: string | null };
  return chatId ? { chatId } : undefined;
}
