/**
 * The one file that emits. Sockets stand in rooms by who they are, never by chat: an entry goes to the
 * participants it names, so nobody can be left behind in the room of a chat that is no longer theirs.
 */
import type { Namespace, Server, Socket } from 'socket.io';
import type { Actor } from '../auth/policy.js';
import type { Session } from '../auth/tokens.js';
import { ChatError, toWireError, type WireError } from '../errors.js';
import type { Address } from '../timeline/commands.js';
import type { NamespaceName, ServerEventMap } from '../validations/events.js';
import { encodeEvent } from './encoding.js';

export type ChatNamespace<N extends NamespaceName> = Namespace<
  Record<string, never>,
  ServerEventMap<N>
>;
type AnySocket = Socket<Record<string, never>, ServerEventMap<'user'> | ServerEventMap<'admin'>>;

/** Every admin's sockets. No identity's room can have this name: theirs have a colon. */
const ALL_ADMINS = 'admins';

/** Connections of supervisors that have a chat before their eyes. */
const watchersOf = (chatId: string) => `watch:${chatId}`;

/** Connections that have a chat before their eyes, for as long as nobody has taken it. */
const readersOf = (chatId: string) => `read:${chatId}`;

const roomOf = (side: NamespaceName, id: string) => `${side}:${id}`;

/** The admins who see a chat. */
export interface AdminsOf extends Pick<Address, 'chatId' | 'adminId'> {
  doerId?: string;
}

export class Emitter {
  private readonly users: ChatNamespace<'user'>;
  private readonly admins: ChatNamespace<'admin'>;

  constructor(io: Server) {
    this.users = io.of('/user');
    this.admins = io.of('/admin');
  }

  /** From here on the socket receives what concerns its identity. */
  join(socket: Pick<Socket, 'join'>, actor: Actor): void {
    if (actor.role === 'user') void socket.join(roomOf('user', actor.id));
    else void socket.join([roomOf('admin', actor.id), ALL_ADMINS]);
  }

  toUser<E extends keyof ServerEventMap<'user'>>(
    userId: string,
    event: E,
    ...data: Parameters<ServerEventMap<'user'>[E]>
  ): void {
    send(this.users, inRoom(this.users, roomOf('user', userId)), event, data[0]);
  }

  toAdmins<E extends keyof ServerEventMap<'admin'>>(
    event: E,
    ...data: Parameters<ServerEventMap<'admin'>[E]>
  ): void {
    send(this.admins, inRoom(this.admins, ALL_ADMINS), event, data[0]);
  }

  toUsers<E extends keyof ServerEventMap<'user'>>(
    event: E,
    ...data: Parameters<ServerEventMap<'user'>[E]>
  ): void {
    this.users.emit(event, ...data);
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
    const { admins } = this;
    const own = inRoom(admins, adminId === null ? readersOf(chatId) : roomOf('admin', adminId));
    const watching = inRoom(admins, watchersOf(chatId));
    const doing = doerId === undefined ? undefined : inRoom(admins, roomOf('admin', doerId));
    send(admins, union(union(own, watching), doing), event, data[0]);
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
    this.admins.in(socketId).socketsJoin(always ? watchersOf(chatId) : readersOf(chatId));
  }

  unwatch(socketId: string, chatId: string): void {
    this.admins.in(socketId).socketsLeave([watchersOf(chatId), readersOf(chatId)]);
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
}

type Ids = ReadonlySet<string> | undefined;

/** Mostly there is only one, and nothing is made anew for each message. */
function union(one: Ids, other: Ids): Ids {
  return one && other && one !== other ? new Set([...one, ...other]) : (one ?? other);
}

/** The sockets that stand in a room, by their ids. */
function inRoom<N extends NamespaceName>(
  { adapter }: ChatNamespace<N>,
  room: string,
): ReadonlySet<string> | undefined {
  return adapter.rooms.get(room);
}

/**
 * To these sockets. Encoded here and written to the connection, without the library's broadcast, which
 * would make JSON and a frame of it for each namespace anew.
 */
function send<N extends NamespaceName>(
  { name, sockets }: ChatNamespace<N>,
  socketIds: ReadonlySet<string> | undefined,
  event: string,
  data: unknown,
): void {
  if (!socketIds) return;
  const packet = encodeEvent(name, event, data);
  for (const socketId of socketIds) sockets.get(socketId)?.conn.write(packet);
}
