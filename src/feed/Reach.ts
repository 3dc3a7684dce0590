/**
 * What is told to participants and kept nowhere, wherever they are connected: that somebody types,
 * comes or goes. On one node the emitter itself does it.
 */
import type { Address } from '../timeline/commands.js';
import type { ServerEventMap } from '../validations/events.js';
import { channelOf, watchChannelOf } from './Audience.js';
import type { Emitter } from './Emitter.js';
import type { News } from './hints.js';

export type Reach = Pick<Emitter, 'toUser' | 'toAdminsOf'>;

/** Reaches the participants here, and those on other nodes through the bus. */
export class ClusterReach implements Reach {
  constructor(
    private readonly emitter: Emitter,
    private readonly tell: (channels: string[], news: News) => void,
  ) {}

  toUser<E extends keyof ServerEventMap<'user'>>(
    userId: string,
    event: E,
    ...data: Parameters<ServerEventMap<'user'>[E]>
  ): void {
    this.emitter.toUser(userId, event, ...data);
    this.tell([channelOf('user', userId)], { to: { userId }, event, data: data[0] });
  }

  toAdminsOf<E extends keyof ServerEventMap<'admin'>>(
    { chatId, adminId }: Pick<Address, 'chatId' | 'adminId'>,
    event: E,
    ...data: Parameters<ServerEventMap<'admin'>[E]>
  ): void {
    const to = { chatId, adminId };
    this.emitter.toAdminsOf(to, event, ...data);
    const channels = [watchChannelOf(chatId)];
    if (adminId !== null) channels.push(channelOf('admin', adminId));
    this.tell(channels, { to, event, data: data[0] });
  }

  /** What another node has told. */
  hear({ to, event, data }: News): void {
    const emitter: Untyped = this.emitter as never;
    if ('userId' in to) emitter.toUser(to.userId, event, data);
    else emitter.toAdminsOf(to, event, data);
  }
}

/** The same, for what was checked where it was told first. */
interface Untyped {
  toUser(userId: string, event: string, data: unknown): void;
  toAdminsOf(to: Pick<Address, 'chatId' | 'adminId'>, event: string, data: unknown): void;
}
