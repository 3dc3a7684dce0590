/**
 * One socket's time in its namespace, from the proof of who it is until it has gone. What it takes when
 * it comes is given back when it goes, once, whichever ends first: the socket or its connection.
 *
 * An idle connection costs little more than what is kept of it, so this is one object with one listener
 * and not a closure for each thing to give back.
 */
import type { Socket } from 'socket.io';
import { type Actor, keyOf } from '../auth/policy.js';
import type { Session } from '../auth/tokens.js';
import { ChatError } from '../errors.js';
import type { Cluster } from '../feed/Cluster.js';
import type { Emitter } from '../feed/Emitter.js';
import type { Limits, SenderAllowance } from '../limits/Limits.js';
import type { PresenceService } from '../services/PresenceService.js';
import type { ViewerService } from '../services/ViewerService.js';
import type { OpenChat } from '../store/ChatStore.js';
import type { ConnectionGuard } from './ConnectionGuard.js';
import type { Sender } from './handlers.js';

export interface StayParts {
  limits: Limits;
  emitter: Emitter;
  presence: PresenceService;
  viewers: ViewerService;
  cluster: Cluster | undefined;
}

export class Stay implements Sender {
  readonly allowance: SenderAllowance;
  private placed = false;
  private entered = false;
  private present = false;
  private over = false;

  constructor(
    readonly socket: Socket,
    readonly session: Session,
    readonly guard: ConnectionGuard,
    private readonly parts: StayParts,
  ) {
    this.allowance = parts.limits.allowanceOf(session.actor, guard.address);
    socket.on('disconnect', () => this.end());
  }

  get actor(): Actor {
    return this.session.actor;
  }

  get address(): string {
    return this.guard.address;
  }

  get socketId(): string {
    return this.socket.id;
  }

  /**
   * Asks to be let in.
   * @throws ChatError `rate_limited` when the identity has been in too often, or is in too many times.
   * @throws StoreUnavailable when it cannot be said what is there already.
   */
  async begin(): Promise<void> {
    const { limits, cluster } = this.parts;
    const key = keyOf(this.actor);
    await limits.spend('connectsOfIdentity', key);
    if (!limits.identities.enter(key)) throw ChatError.crowded();
    this.placed = true;
    const arriving = cluster?.arrive(this.actor);
    // The connection may also end before the socket is in, and then there is no `disconnect`.
    this.guard.hold(this);
    await arriving;
  }

  /** From here on it hears what concerns its identity. */
  enter(): void {
    this.entered = true;
    this.guard.entered();
    this.parts.emitter.join(this.socketId, this.actor);
  }

  /** It has been told its open chats, so others may be told of it. */
  isPresent(openChats: readonly OpenChat[]): void {
    this.present = true;
    this.parts.presence.arrived(this.actor, openChats);
  }

  end(): void {
    if (this.over) return;
    this.over = true;
    this.guard.release(this);
    this.giveBack();
  }

  private giveBack(): void {
    const { actor, socketId } = this;
    const { limits, emitter, presence, viewers, cluster } = this.parts;
    if (this.placed) {
      limits.identities.leave(keyOf(actor));
      cluster?.leave(actor);
    }
    if (this.entered) {
      this.guard.left();
      emitter.leave(socketId, actor);
      if (actor.role !== 'user') viewers.left(socketId);
    }
    if (this.present) presence.left(actor);
  }
}
