/**
 * The one file that emits. Participants stand in rooms by who they are, never by chat: an entry goes to
 * those it names, so nobody can be left behind in the room of a chat that is no longer theirs. By chat
 * stand only those who look at one.
 */
import type { Namespace, Server, Socket } from 'socket.io';
import type { Actor } from '../auth/policy.js';
import type { Session } from '../auth/tokens.js';
import { ChatError, toWireError, type WireError } from '../errors.js';
import type { Address } from '../timeline/commands.js';
import type { NamespaceName, ServerEventMap } from '../validations/events.js';
import { encodeEvent } from './encoding.js';
import { type Members, Rooms } from './Rooms.js';

export type ChatNamespace<N extends NamespaceName> = Namespace<
  Record<string, never>,
  ServerEventMap<N>
>;
type AnySocket = Socket<Record<string, never>, ServerEventMap<'user'> | ServerEventMap<'admin'>>;

/** The admins who see a chat. */
export interface AdminsOf extends Pick<Address, 'chatId' | 'adminId'> {
  doerId?: string;
}

export class Emitter {
  private readonly users: ChatNamespace<'user'>;
  private readonly admins: ChatNamespace<'admin'>;
  private readonly byUser = new Rooms();
  private readonly byAdmin = new Rooms();
  /** By chat: connections of supervisors that have it before their eyes. */
  private readonly watchers = new Rooms();
  /** By chat: connections that have it before their eyes, for as long as nobody has taken it. */
  private readonly readers = new Rooms();

  constructor(io: Server) {
    this.users = io.of('/user');
    this.admins = io.of('/admin');
  }

  /** From here on the socket receives what concerns its identity. */
  join(socketId: string, actor: Actor): void {
    this.roomsOf(actor).join(actor.id, socketId);
  }

  leave(socketId: string, actor: Actor): void {
    this.roomsOf(actor).leave(actor.id, socketId);
  }

  toUser<E extends keyof ServerEventMap<'user'>>(
    userId: string,
    event: E,
    ...data: Parameters<ServerEventMap<'user'>[E]>
  ): void {
    send(this.users, this.byUser.of(userId), event, data[0]);
  }

  toAdmins<E extends keyof ServerEventMap<'admin'>>(
    event: E,
    ...data: Parameters<ServerEventMap<'admin'>[E]>
  ): void {
    sendAll(this.admins, event, data[0]);
  }

  toUsers<E extends keyof ServerEventMap<'user'>>(
    event: E,
    ...data: Parameters<ServerEventMap<'user'>[E]>
  ): void {
    sendAll(this.users, event, data[0]);
  }

  /**
   * To the admin who has a chat, or while nobody has it to those who look at it, and to the
   * supervisors who watch it; once to each connection.
   * @param doerId a supervisor who has done it, and may be neither
   */
  toAdminsOf<E extends keyof ServerEventMap<'admin'>>(
    { chatId, adminId, doerId }: AdminsOf,
    event: E,
    ...data: Parameters<ServerEventMap<'admin'>[E]>
  ): void {
    const own = adminId === null ? this.readers.of(chatId) : this.byAdmin.of(adminId);
    const watching = this.watchers.of(chatId);
    const doing = doerId === undefined ? undefined : this.byAdmin.of(doerId);
    send(this.admins, union(union(own, watching), doing), event, data[0]);
  }

  toAdminSocket<E extends keyof ServerEventMap<'admin'>>(
    socketId: string,
    event: E,
    ...data: Parameters<ServerEventMap<'admin'>[E]>
  ): void {
    this.admins.sockets.get(socketId)?.emit(event, ...data);
  }

  /** @param always also when somebody else has the chat: for supervisors */
  watch(socketId: string, chatId: string, always: boolean): void {
    (always ? this.watchers : this.readers).join(chatId, socketId);
  }

  unwatch(socketId: string, chatId: string): void {
    this.watchers.leave(chatId, socketId);
    this.readers.leave(chatId, socketId);
  }

  /** To one socket alone. */
  toSocket<E extends keyof ServerEventMap<'admin'> | keyof ServerEventMap<'user'>>(
    socket: AnySocket,
    event: E,
    ...data: Parameters<(ServerEventMap<'admin'> & ServerEventMap<'user'>)[E]>
  ): void {
    (socket as Socket).emit(event, ...data);
  }

  /**
   * Closes the connections whose session has ended, after telling them. The same proof would be
   * refused again, so the client is told not to come back with it.
   */
  endSessions(ended: (session: Session) => boolean): void {
    for (const { sockets } of [this.users, this.admins]) {
      for (const socket of sockets.values()) {
        if (!ended(socket.data.session)) continue;
        this.error(socket, toWireError(new ChatError('bad_token')), null);
        socket.disconnect();
      }
    }
  }

  /** The sign-ins of admins who are connected. */
  liveSignIns(): string[] {
    const live = new Set<string>();
    for (const socket of this.admins.sockets.values()) {
      const { sessionId }: Session = socket.data.session;
      if (sessionId !== undefined) live.add(sessionId);
    }
    return [...live];
  }

  /** A refusal, to the socket that caused it. */
  error(socket: AnySocket, error: WireError, event: string | null): void {
    this.toSocket(socket, 'error', { ...error, event });
  }

  private roomsOf({ role }: Actor): Rooms {
    return role === 'user' ? this.byUser : this.byAdmin;
  }
}

/** Mostly there is only one, and nothing is made anew for each message. */
function union(one: Members | undefined, other: Members | undefined): Members | undefined {
  if (!one || !other || one === other) return one ?? other;
  return new Set([...idsOf(one), ...idsOf(other)]);
}

const idsOf = (members: Members) => (typeof members === 'string' ? [members] : members);

/**
 * To these sockets. Encoded here and written to the connection, without the library's broadcast, which
 * would make JSON and a frame of it for each namespace anew.
 */
function send<N extends NamespaceName>(
  { name, sockets }: ChatNamespace<N>,
  members: Members | undefined,
  event: string,
  data: unknown,
): void {
  if (members === undefined) return;
  const packet = encodeEvent(name, event, data);
  if (typeof members === 'string') sockets.get(members)?.conn.write(packet);
  else for (const socketId of members) sockets.get(socketId)?.conn.write(packet);
}

function sendAll<N extends NamespaceName>(
  { name, sockets }: ChatNamespace<N>,
  event: string,
  data: unknown,
): void {
  if (sockets.size === 0) return;
  const packet = encodeEvent(name, event, data);
  for (const { conn } of sockets.values()) conn.write(packet);
}
