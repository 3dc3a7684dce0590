/**
 * Who is connected to this node, and with it, which channels of the bus it listens to. An entry is
 * published to the identities it names, so a node hears of the chats that have a participant here.
 */
import { type Actor, sideOf } from '../auth/policy.js';
import type { LogMark } from '../store/TimelineLog.js';
import type { Address } from '../timeline/commands.js';
import type { NamespaceName } from '../validations/events.js';
import type { Bus } from './Bus.js';

/** What concerns every admin: the queue. */
export const DESK = 'chat:desk';
/** What concerns every node. */
export const NODES = 'chat:nodes';

export const channelOf = (side: NamespaceName, id: string) => `chat:${side}:${id}`;

/** What the admin of a chat is told besides its entries, for those who watch it. */
export const watchChannelOf = (chatId: string) => `chat:watch:${chatId}`;

interface Channel {
  users: number;
  /** Fulfils when it is heard. */
  heard: Promise<void>;
}

interface Present {
  connections: number;
  /** What they have been told of, or can read: all that was there at this mark. The rest is owed. */
  mark?: LogMark;
  /** They know, and are in their rooms. */
  greeted: boolean;
}

export class Audience {
  private readonly channels = new Map<string, Channel>();
  private readonly present = new Map<string, Present>();
  /** Chats that are watched here by so many, whoever has them. */
  private readonly watched = new Map<string, number>();
  private admins = 0;
  /** Since when there has been an admin here, in milliseconds since 1970. */
  adminsSince = Infinity;

  constructor(private readonly bus: Bus | undefined) {
    void this.enter(NODES);
  }

  /** Whether any admin is connected here. */
  get hasAdmins(): boolean {
    return this.admins > 0;
  }

  /** Fulfils when what is published for this identity from now on is heard. */
  async arrive(actor: Actor): Promise<void> {
    const side = sideOf(actor.role);
    const channel = channelOf(side, actor.id);
    const present = this.present.get(channel) ?? { connections: 0, greeted: false };
    present.connections++;
    this.present.set(channel, present);
    const heard = [this.enter(channel)];
    if (side === 'admin' && this.admins++ === 0) {
      this.adminsSince = Date.now();
      heard.push(this.enter(DESK));
    }
    await Promise.all(heard);
  }

  /** Call it once for each {@link arrive}. */
  leave(actor: Actor): void {
    const side = sideOf(actor.role);
    const channel = channelOf(side, actor.id);
    const present = this.present.get(channel);
    if (present && --present.connections === 0) this.present.delete(channel);
    if (side === 'admin' && --this.admins === 0) this.exit(DESK);
    this.exit(channel);
  }

  /** Their open chats were read at this mark. */
  read(actor: Actor, mark: LogMark): void {
    const present = this.present.get(channelOf(sideOf(actor.role), actor.id));
    if (present) present.mark ??= mark;
  }

  greeted(actor: Actor): void {
    const present = this.present.get(channelOf(sideOf(actor.role), actor.id));
    if (present) present.greeted = true;
  }

  /** Somebody here has a chat before their eyes that need not be theirs; its entries go by its user. */
  async watch({ chatId, userId }: Pick<Address, 'chatId' | 'userId'>): Promise<void> {
    this.watched.set(chatId, (this.watched.get(chatId) ?? 0) + 1);
    await Promise.all([this.enter(watchChannelOf(chatId)), this.enter(channelOf('user', userId))]);
  }

  unwatch({ chatId, userId }: Pick<Address, 'chatId' | 'userId'>): void {
    const left = (this.watched.get(chatId) ?? 1) - 1;
    if (left > 0) this.watched.set(chatId, left);
    else this.watched.delete(chatId);
    this.exit(watchChannelOf(chatId));
    this.exit(channelOf('user', userId));
  }

  /** Whether an entry with this address has to reach somebody here. */
  concerns({ chatId, userId, adminId }: Address): boolean {
    return (
      this.isHere('user', userId) ||
      (adminId !== null && this.isHere('admin', adminId)) ||
      this.watched.has(chatId)
    );
  }

  isHere(side: NamespaceName, id: string): boolean {
    return this.present.has(channelOf(side, id));
  }

  /** Whether the admin of a chat has read their chats, and is not in yet: what is new is owed to them. */
  isComing({ adminId }: Address): boolean {
    const admin = adminId === null ? undefined : this.present.get(channelOf('admin', adminId));
    return admin !== undefined && admin.mark !== undefined && !admin.greeted;
  }

  /** Since when a chat that was not open before is owed to somebody here; undefined: to nobody yet. */
  owedSince({ userId, adminId }: Address): LogMark | undefined {
    const user = this.present.get(channelOf('user', userId));
    const admin = adminId === null ? undefined : this.present.get(channelOf('admin', adminId));
    const marks = [user, admin].flatMap((one) => (one?.greeted && one.mark ? [one.mark] : []));
    return marks.sort((one, other) => one.entryNo - other.entryNo)[0];
  }

  private enter(name: string): Promise<void> {
    let channel = this.channels.get(name);
    if (!channel) {
      channel = { users: 0, heard: this.bus?.subscribe(name) ?? Promise.resolve() };
      this.channels.set(name, channel);
    }
    channel.users++;
    return channel.heard;
  }

  private exit(name: string): void {
    const channel = this.channels.get(name);
    if (!channel || --channel.users > 0) return;
    this.channels.delete(name);
    this.bus?.unsubscribe(name);
  }
}
