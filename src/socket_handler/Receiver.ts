/** Takes the events of one socket to the wrapper, and the answers back to the socket. */
import { ChatError, toWireError } from '../errors.js';
import type { Emitter } from '../feed/Emitter.js';
import type { NamespaceName } from '../validations/events.js';
import type { Asker, Handle, Reply } from './handle.js';
import type { Stay } from './Stay.js';

/** Events of one connection that may wait for their answer at once; bounds what a client can pile up. */
const UNANSWERED_LIMIT = 1000;
/** Events that nobody misses: what is too much of them is dropped, and only an ack tells. */
const FLEETING: readonly unknown[] = ['typing', 'visit_page'];

/** What all receivers of a namespace share. */
export interface ReceiverParts {
  namespace: NamespaceName;
  handle: Handle;
  emitter: Emitter;
}

type Ack = (answer: object) => void;

export class Receiver {
  unanswered = 0;

  constructor(
    readonly stay: Stay,
    readonly parts: ReceiverParts,
  ) {}

  /** @param args of the event as they came: the payload, and last of all the ack, if one is asked for */
  take(event: unknown, args: unknown[]): void {
    if (!this.stay.socket.connected) return; // It has left, and this came right behind.
    if (event === 'error') return; // A client's own `error` is no event of ours (CVE-2024-38355).
    const last = args.at(-1);
    const ack = typeof last === 'function' ? (last as Ack) : undefined;
    const payload = args[0] === ack ? undefined : args[0];
    this.unanswered++;
    const question = new Question(this, event, ack);
    const refusal = this.refusal(Date.now());
    const { namespace, handle } = this.parts;
    if (refusal) question.refused(refusal);
    else handle.answer(namespace, event, payload, this.stay, question);
  }

  private refusal(now: number): ChatError | undefined {
    const { guard, session } = this.stay;
    const overdrawn = guard.overdrawn(now);
    if (overdrawn > 0) return ChatError.limited('too_many_bytes', overdrawn);
    if (this.unanswered > UNANSWERED_LIMIT) return ChatError.limited('too_many_unanswered', 1000);
    return session.expiresAt <= now ? new ChatError('bad_token') : undefined;
  }
}

/** One event of the socket, until it is answered. */
class Question implements Asker {
  constructor(
    private readonly from: Receiver,
    private readonly event: unknown,
    private readonly ack: Ack | undefined,
  ) {}

  answered({ data, emission }: Reply): void {
    this.from.unanswered--;
    const { guard, socket } = this.from.stay;
    if (guard.cutIfSlow()) return;
    this.ack?.({ ok: true, data });
    if (emission) socket.emit(...emission);
  }

  refused(refusal: ChatError): void {
    const { from, event } = this;
    from.unanswered--;
    const error = toWireError(refusal);
    this.ack?.({ ok: false, error });
    if (error.code === 'rate_limited' && FLEETING.includes(event)) return;
    const name = error.code === 'unknown_event' ? null : String(event);
    from.parts.emitter.error(from.stay.socket, error, name);
  }
}
