/** Tells a connection that has just come what it needs to know, and others that it has come. */
import type { Socket } from 'socket.io';
import { type Actor, sideOf } from '../auth/policy.js';
import type { Cluster } from '../feed/Cluster.js';
import type { Emitter } from '../feed/Emitter.js';
import type { Logger } from '../log.js';
import type { PresenceService } from '../services/PresenceService.js';
import type { ChatStore, OpenChat } from '../store/ChatStore.js';

/** Connections that are tried again at once. */
const RETRY_AT_ONCE = 500;

export class Greeter {
  /** Connections that could not be told yet because the store was not to be reached. */
  private readonly waiting = new Map<Socket, Actor>();

  constructor(
    private readonly store: Pick<ChatStore, 'getOpenChats'>,
    private readonly presence: PresenceService,
    private readonly emitter: Emitter,
    private readonly log: Logger,
    /** Where there are other nodes: what they do may be on its way here while somebody comes. */
    private readonly cluster?: Pick<Cluster, 'entered'>,
  ) {}

  /**
   * Tells the open chats and their last `seq`. Call it after the socket has joined its rooms: whatever
   * was committed before the query is in its answer, whatever comes after reaches the rooms, so
   * nothing falls between.
   */
  greet(socket: Socket, actor: Actor): void {
    if (this.cluster) {
      this.tell(socket, actor, this.cluster.entered(actor));
      return;
    }
    this.store
      .getOpenChats(actor)
      .then((open) => {
        if (socket.connected) this.tell(socket, actor, open);
      })
      .catch((err: unknown) => {
        this.log.warn({ err }, 'open chats could not be read; trying again');
        this.waiting.set(socket, actor);
      });
  }

  /** Those are tried again who got no answer, some at a time. Call it every second or so. */
  retry(): void {
    const due = [...this.waiting].slice(0, RETRY_AT_ONCE);
    for (const [socket, actor] of due) {
      this.waiting.delete(socket);
      if (socket.connected) this.greet(socket, actor);
    }
  }

  private tell(socket: Socket, actor: Actor, open: readonly OpenChat[]): void {
    const chats = open.map(({ chatId, lastSeq }) => ({ chatId, lastSeq }));
    this.emitter.toSocket(socket, 'heartbeat', { chats });
    this.presence.arrived(actor, open);
    socket.on('disconnect', () => this.presence.left(actor));
    if (sideOf(actor.role) === 'admin') return;
    const online = this.presence.supportOnline;
    this.emitter.toSocket(socket, 'support_presence', { online });
  }
}
