/**
 * The one file that emits. Sockets stand in rooms by who they are, never by chat: an entry goes to the
 * participants it names, so nobody can be left behind in the room of a chat that is no longer theirs.
 */
import type { Namespace, Server, Socket } from 'socket.io';
import type { Actor } from '../auth/policy.js';
import type { WireError } from '../errors.js';
import type { NamespaceName, ServerEventMap } from '../validations/events.js';

export type ChatNamespace<N extends NamespaceName> = Namespace<
  Record<string, never>,
  ServerEventMap<N>
>;
type AnySocket = Socket<Record<string, never>, ServerEventMap<'user'> | ServerEventMap<'admin'>>;

/** Every admin's sockets. No identity's room can have this name: theirs have a colon. */
const ALL_ADMINS = 'admins';

const roomOf = (actor: Pick<Actor, 'id'>, side: NamespaceName) => `${side}:${actor.id}`;

export class Emitter {
  private readonly users: ChatNamespace<'user'>;
  private readonly admins: ChatNamespace<'admin'>;

  constructor(io: Server) {
    this.users = io.of('/user');
    this.admins = io.of('/admin');
  }

  /** From here on the socket receives what concerns its identity. */
  join(socket: Pick<Socket, 'join'>, actor: Actor): void {
    if (actor.role === 'user') void socket.join(roomOf(actor, 'user'));
    else void socket.join([roomOf(actor, 'admin'), ALL_ADMINS]);
  }

  toUser<E extends keyof ServerEventMap<'user'>>(
    userId: string,
    event: E,
    ...data: Parameters<ServerEventMap<'user'>[E]>
  ): void {
    this.users.to(roomOf({ id: userId }, 'user')).emit(event, ...data);
  }

  toAdmin<E extends keyof ServerEventMap<'admin'>>(
    adminId: string,
    event: E,
    ...data: Parameters<ServerEventMap<'admin'>[E]>
  ): void {
    this.admins.to(roomOf({ id: adminId }, 'admin')).emit(event, ...data);
  }

  toAdmins<E extends keyof ServerEventMap<'admin'>>(
    event: E,
    ...data: Parameters<ServerEventMap<'admin'>[E]>
  ): void {
    this.admins.to(ALL_ADMINS).emit(event, ...data);
  }

  /** To one socket alone. */
  toSocket<E extends keyof ServerEventMap<'admin'> | keyof ServerEventMap<'user'>>(
    socket: AnySocket,
    event: E,
    ...data: Parameters<(ServerEventMap<'admin'> & ServerEventMap<'user'>)[E]>
  ): void {
    (socket as Socket).emit(event, ...data);
  }

  /** A refusal, to the socket that caused it. */
  error(socket: AnySocket, error: WireError, event: string | null): void {
    this.toSocket(socket, 'error', { ...error, event });
  }
}
