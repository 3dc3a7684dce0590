/** Takes the events of one socket to the wrapper, and the answers back to the socket. */
import type { Socket } from 'socket.io';
import type { Session } from '../auth/tokens.js';
import { ChatError, toWireError } from '../errors.js';
import type { Emitter } from '../feed/Emitter.js';
import type { Limits } from '../limits/Limits.js';
import type { NamespaceName } from '../validations/events.js';
import type { ConnectionGuard } from './ConnectionGuard.js';
import type { Guards } from './Guards.js';
import type { Asker, Handle, Reply } from './handle.js';
import type { Sender } from './handlers.js';

/** Events of one connection that may wait for their answer at once; bounds what a client can pile up. */
const UNANSWERED_LIMIT = 1000;
/** Events that nobody misses: what is too much of them is dropped, and only an ack tells. */
const FLEETING: readonly unknown[] = ['typing', 'visit_page'];

export interface ReceiverParts {
  handle: Handle;
  emitter: Emitter;
  limits: Limits;
  guards: Guards;
}

type Ack = (answer: object) => void;

export class Receiver {
  readonly guard: ConnectionGuard;
  readonly emitter: Emitter;
  unanswered = 0;
  private readonly handle: Handle;
  private readonly sender: Sender;

  constructor(
    private readonly namespace: NamespaceName,
    readonly socket: Socket,
    private readonly session: Session,
    { handle, emitter, limits, guards }: ReceiverParts,
  ) {
    const { actor } = session;
    this.handle = handle;
    this.emitter = emitter;
    this.guard = guards.of(socket);
    const { address } = this.guard;
    const allowance = limits.allowanceOf(actor, address);
    this.sender = { actor, socketId: socket.id, allowance, address };
  }

  /** @param args of the event as they came: the payload, and last of all the ack, if one is asked for */
  take(event: unknown, args: unknown[]): void {
    if (event === 'error') return; // A client's own `error` is no event of ours (CVE-2024-38355).
    const last = args.at(-1);
    const ack = typeof last === 'function' ? (last as Ack) : undefined;
    const payload = args[0] === ack ? undefined : args[0];
    this.unanswered++;
    const question = new Question(this, event, ack);
    const refusal = this.refusal(Date.now());
    if (refusal) question.refused(refusal);
    else this.handle.answer(this.namespace, event, payload, this.sender, question);
  }

  private refusal(now: number): ChatError | undefined {
    const overdrawn = this.guard.overdrawn(now);
    if (overdrawn > 0) return ChatError.limited('too_many_bytes', overdrawn);
    if (this.unanswered > UNANSWERED_LIMIT) return ChatError.limited('too_many_unanswered', 1000);
    return this.session.expiresAt <= now ? new ChatError('bad_token') : undefined;
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
    if (this.from.guard.cutIfSlow()) return;
    this.ack?.({ ok: true, data });
    if (emission) this.from.socket.emit(...emission);
  }

  refused(refusal: ChatError): void {
    const { from, event } = this;
    from.unanswered--;
    const error = toWireError(refusal);
    this.ack?.({ ok: false, error });
    if (error.code === 'rate_limited' && FLEETING.includes(event)) return;
    from.emitter.error(from.socket, error, error.code === 'unknown_event' ? null : String(event));
  }
}
