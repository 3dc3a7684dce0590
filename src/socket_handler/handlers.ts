/** What a handler is: the part of an event's row that acts. */
import type { Actor } from '../auth/policy.js';
import type { Answer, ChatService } from '../services/ChatService.js';
import type {
  DataOf,
  EventName,
  NamespaceName,
  PayloadOf,
  ServerEventMap,
} from '../validations/events.js';

interface Handler<N extends NamespaceName, E extends EventName<N>> {
  handle(chats: ChatService, actor: Actor, payload: PayloadOf<N, E>): Promise<Answer<DataOf<N, E>>>;
  /** What a socket gets besides the ack, because the specification's table says so. */
  emits?(answer: Answer<DataOf<N, E>>): Emission<N> | undefined;
}

/** The handlers of a namespace: one for each of its events, none missing, none more. */
export type Handlers<N extends NamespaceName> = { [E in EventName<N>]: Handler<N, E> };

type Emission<N extends NamespaceName> = {
  [E in keyof ServerEventMap<N>]: [E, Parameters<ServerEventMap<N>[E]>[0]];
}[keyof ServerEventMap<N>];
