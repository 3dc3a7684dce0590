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
  emits?(answer: Answer<unknown>): [event: string, data: unknown] | undefined;
}

export interface Reply extends Answer<unknown> {
  emission?: [event: string, data: unknown] | undefined;
}

export class Handle {
  private readonly rows: Record<NamespaceName, Map<unknown, AnyRow>> = {
    user: rowsOf('user', userHandlers),
    admin: rowsOf('admin', adminHandlers),
  };
  private answering = 0;
  private draining: (() => void) | undefined;

  constructor(
    private readonly services: Services,
    private readonly log: Logger,
  ) {}

  /**
   * Carries out one event.
   * @throws ChatError, and nothing else: what is not meant for the client has been logged.
   */
  async answer(
    namespace: NamespaceName,
    event: unknown,
    payload: unknown,
    sender: Sender,
  ): Promise<Reply> {
    sender.allowance.takeEvent(Date.now());
    const row = this.rows[namespace].get(event);
    if (!row) throw new ChatError('unknown_event');
    if (this.draining) throw new ChatError('not_ready');
    const parsed = row.schema.safeParse(payload);
    if (!parsed.success) throw ChatError.ofPayload(parsed.error.issues);
    this.answering++;
    try {
      const answer = await inTime(row.handle(this.services, parsed.data, sender));
      return { ...answer, emission: row.emits?.(answer) };
    } catch (error) {
      throw this.explain(error, event);
    } finally {
      this.answering--;
      this.finished();
    }
  }

  /** Takes nothing new; fulfils when everything that was under way has been answered. */
  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.draining = resolve;
      this.finished();
    });
  }

  private finished(): void {
    if (this.answering === 0) this.draining?.();
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

/** The work goes on after the time is up, and participants will see its result; the asker is told. */
function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new ChatError('not_kept')), ANSWER_WITHIN);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
