/**
 * The one wrapper around every event, whether it came by socket or over HTTP: limit, find the row,
 * parse, call, and answer within a bounded time. What an identity may do is decided behind the call.
 */
import type { z } from 'zod';
import { ChatError } from '../errors.js';
import type { Logger } from '../log.js';
import type { Answer } from '../services/answers.js';
import { StoreUnavailable } from '../store/ChatStore.js';
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

/** An event that was accepted: its row, and the payload after validation. */
interface Work {
  row: AnyRow;
  payload: unknown;
  event: string;
}

export interface Reply extends Answer<unknown> {
  emission?: [event: string, data: unknown] | undefined;
}

interface Unanswered {
  /** Milliseconds since 1970. */
  until: number;
  reject(error: ChatError): void;
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
   * Carries out one event. Rejects with a ChatError, and nothing else: what is not meant for the
   * client has been logged.
   */
  answer(
    namespace: NamespaceName,
    event: unknown,
    payload: unknown,
    sender: Sender,
  ): Promise<Reply> {
    let work: Work;
    try {
      work = this.accept(namespace, event, payload, sender);
    } catch (error) {
      return Promise.reject(error);
    }
    return new Promise((resolve, reject) => {
      const waiting = { until: Date.now() + ANSWER_WITHIN, reject };
      this.unanswered.add(waiting);
      this.carryOut(work, sender).then(
        (answer) => {
          this.finished(waiting);
          const { row } = work;
          resolve(row.emits ? { ...answer, emission: row.emits(answer) } : answer);
        },
        (error: unknown) => {
          this.finished(waiting);
          reject(this.explain(error, event));
        },
      );
    });
  }

  /**
   * Answers those who have waited too long; call it every second or so. Their work goes on, and
   * participants will see its result. One look at the oldest, instead of a timer for each event.
   */
  giveUpOnOverdue(now = Date.now()): void {
    for (const waiting of this.unanswered) {
      if (waiting.until > now) return;
      waiting.reject(new ChatError('not_kept'));
      this.finished(waiting);
    }
  }

  /** @throws ChatError for what needs no work to be refused. */
  private accept(
    namespace: NamespaceName,
    event: unknown,
    payload: unknown,
    { allowance }: Sender,
  ): Work {
    allowance.takeEvent(Date.now());
    const row = this.rows[namespace].get(event);
    if (!row) throw new ChatError('unknown_event');
    if (this.draining) throw new ChatError('not_ready');
    const parsed = row.schema.safeParse(payload);
    if (!parsed.success) throw ChatError.ofPayload(parsed.error.issues);
    return { row, payload: parsed.data, event: String(event) };
  }

  private carryOut({ row, payload, event }: Work, sender: Sender): Promise<Answer<unknown>> {
    const work = row.handle(this.services, payload, sender);
    const { audits } = row;
    if (!audits || (audits === 'supervisors' && sender.actor.role !== 'supervisor')) return work;
    return work.then(async (answer) => {
      const { actor: by, address } = sender;
      await this.services.audit.record({ by, action: event, to: chatOf(payload), address });
      return answer;
    });
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

  private finished(waiting: Unanswered): void {
    this.unanswered.delete(waiting);
    if (this.unanswered.size === 0) this.draining?.();
  }

  private explain(error: unknown, event: unknown): ChatError {
    if (error instanceof ChatError) return error;
    if (error instanceof StoreUnavailable) {
      this.log.warn({ event, reason: error.message }, 'the store was unavailable');
      return new ChatError('not_kept');
    }
    this.log.error({ event, err: error }, 'an event failed');
    return new ChatError('internal');
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

/** The chat that a payload names, if it names one. */
function chatOf(payload: unknown): { chatId: string } | undefined {
  const { chatId } = (payload ?? {}) as { chatId?: string | null };
  return chatId ? { chatId } : undefined;
}
