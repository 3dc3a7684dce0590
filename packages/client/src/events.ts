/** The tables of the wire, by side. */
import type { AdminEvents, EventsForAdmins, EventsForUsers, UserEvents } from './wire.js';

export type Side = 'user' | 'admin';

export interface Sent {
  user: UserEvents;
  admin: AdminEvents;
}

export interface Received {
  user: EventsForUsers;
  admin: EventsForAdmins;
}

/** What both sides send. */
export type SharedEvents = Pick<
  UserEvents,
  'end_chat' | 'get_chat' | 'get_chats' | 'get_messages' | 'mark_messages' | 'typing'
>;

/** Sends an event of a table and gives the `data` of its answer. */
export type Ask<Events> = <E extends keyof Events & string>(
  event: E,
  payload: Events[E] extends { payload: infer P } ? P : never,
) => Promise<Events[E] extends { data: infer D } ? D : never>;

/** A listener for each event that is heard. */
export type Handlers<S extends Side> = {
  [E in keyof Received[S]]?: (data: Received[S][E]) => void;
};
