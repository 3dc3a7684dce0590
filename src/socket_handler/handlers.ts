/** What a handler is: the part of an event's row that acts. */
import type { Actor } from '../auth/policy.js';
import type { SenderAllowance } from '../limits/Limits.js';
import type { AuditLog } from '../services/AuditLog.js';
import type { Answer } from '../services/answers.js';
import type { ChatService } from '../services/ChatService.js';
import type { PresenceService } from '../services/PresenceService.js';
import type { ViewerService } from '../services/ViewerService.js';
import type {
  DataOf,
  EventName,
  NamespaceName,
  PayloadOf,
  ServerEventMap,
} from '../validations/events.js';

export interface Services {
  chats: ChatService;
  presence: PresenceService;
  viewers: ViewerService;
  audit: AuditLog;
}

/** Who sends an event, and through which socket; over HTTP there is none. */
export interface Sender {
  actor: Actor;
  allowance: SenderAllowance;
  /** From where. */
  address: string;
  socketId?: string;
}

interface Handler<N extends NamespaceName, E extends EventName<N>> {
  handle(
    services: Services,
    payload: PayloadOf<N, E>,
    sender: Sender,
  ): Promise<Answer<DataOf<N, E>>>;
  /** Whose doing of it goes into the audit log, before they have the answer. */
  audits?: 'everybody' | 'supervisors';
  /** What a socket gets besides the ack, because the specification's table says so. */
  emits?(answer: Answer<DataOf<N, E>>): Emission<N> | undefined;
}

/** The handlers of a namespace: one for each of its events, none missing, none more. */
export type Handlers<N extends NamespaceName> = { [E in EventName<N>]: Handler<N, E> };

type Emission<N extends NamespaceName> = {
  [E in keyof ServerEventMap<N>]: [E, Parameters<ServerEventMap<N>[E]>[0]];
}[keyof ServerEventMap<N>];
