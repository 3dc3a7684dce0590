/** Tells a connection that has just come what it needs to know, and others that it has come. */
import { sideOf } from '../auth/policy.js';
import type { Cluster } from '../feed/Cluster.js';
import type { Emitter } from '../feed/Emitter.js';
import type { Logger } from '../log.js';
import type { PresenceService } from '../services/PresenceService.js';
import type { ChatStore, OpenChat } from '../store/ChatStore.js';
import type { Stay } from './Stay.js';

/** Connections that are tried again at once. */
const RETRY_AT_ONCE = 500;

export class Greeter {
  /** Connections that could not be told yet because the store was not to be reached. */
  private readonly waiting = new Set<Stay>();

  constructor(
    private readonly store: Pick<ChatStore, 'getOpenChats'>,
    private readonly presence: Pick<PresenceService, 'supportOnline'>,
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
  greet(stay: Stay): void {
    if (this.cluster) {
      this.tell(stay, this.cluster.entered(stay.actor));
      return;
    }
    this.store
      .getOpenChats(stay.actor)
      .then((open) => {
        if (stay.socket.connected) this.tell(stay, open);
      })
      .catch((err: unknown) => {
        this.log.warn({ err }, 'open chats could not be read; trying again');
        this.waiting.add(stay);
      });
  }

  /** Those are tried again who got no answer, some at a time. Call it every second or so. */
  retry(): void {
    const due = [...this.waiting].slice(0, RETRY_AT_ONCE);
    for (const stay of due) {
      this.waiting.delete(stay);
      if (stay.socket.connected) this.greet(stay);
    }
  }

  private tell(stay: Stay, open: readonly OpenChat[]): void {
    const { socket, actor } = stay;
    const chats = open.map(({ chatId, lastSeq }) => ({ chatId, lastSeq }));
    this.emitter.toSocket(socket, 'heartbeat', { chats });
    stay.isPresent(open);
    if (sideOf(actor.role) === 'admin') return;
    const online = this.presence.supportOnline;
    this.emitter.toSocket(socket, 'support_presence', { online });
  }
}
