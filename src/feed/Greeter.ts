/** Tells a socket that has just connected which of its chats are open, and how far they are. */
import type { Socket } from 'socket.io';
import type { Actor } from '../auth/policy.js';
import type { Logger } from '../log.js';
import type { ChatService } from '../services/ChatService.js';
import type { Emitter } from './Emitter.js';

export class Greeter {
  /** Sockets that could not be told yet because the store was not to be reached. */
  private readonly waiting = new Map<Socket, Actor>();

  constructor(
    private readonly chats: Pick<ChatService, 'getOpenChats'>,
    private readonly emitter: Emitter,
    private readonly log: Logger,
  ) {}

  /**
   * Call it after the socket has joined its rooms: whatever was committed before the query is in its
   * answer, whatever comes after reaches the rooms, so nothing falls between.
   */
  greet(socket: Socket, actor: Actor): void {
    this.chats
      .getOpenChats(actor)
      .then((chats) => this.emitter.toSocket(socket, 'heartbeat', { chats }))
      .catch((err: unknown) => {
        this.log.warn({ err }, 'open chats could not be read; trying again');
        this.waiting.set(socket, actor);
      });
  }

  /** With each heartbeat, those are tried again who got no answer. */
  retry(): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const [socket, actor] of waiting) if (socket.connected) this.greet(socket, actor);
  }
}
