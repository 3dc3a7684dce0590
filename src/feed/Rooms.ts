/**
 * Sockets by what they are to hear. The library's own rooms hold three sets for every socket, most of
 * them of one member: half a kilobyte that each idle connection would cost. Here a lone member stands
 * for itself.
 */
import { Adapter } from 'socket.io-adapter';

/** Ids of sockets; one alone is not wrapped. */
export type Members = string | ReadonlySet<string>;

export class Rooms {
  private readonly rooms = new Map<string, string | Set<string>>();

  join(room: string, socketId: string): void {
    const members = this.rooms.get(room);
    if (members === undefined || members === socketId) this.rooms.set(room, socketId);
    else if (typeof members === 'string') this.rooms.set(room, new Set([members, socketId]));
    else members.add(socketId);
  }

  leave(room: string, socketId: string): void {
    const members = this.rooms.get(room);
    if (members === socketId) this.rooms.delete(room);
    else if (members instanceof Set && members.delete(socketId) && members.size === 0) {
      this.rooms.delete(room);
    }
  }

  /** Who stands in a room, if anybody does. */
  of(room: string): Members | undefined {
    return this.rooms.get(room);
  }
}

/** In the place of the library's rooms, which nobody uses. */
export class NoRooms extends Adapter {
  override addAll(): void {}
  override del(): void {}
  override delAll(): void {}
}
