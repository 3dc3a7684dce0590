/** What can be asked of a timeline, and what comes of it. */
import type { Actor } from '../auth/policy.js';
import type { Reason } from '../errors.js';
import type { Chat, Message } from '../validations/chat.validation.js';

export interface StartChat {
  kind: 'start';
  actor: Actor;
  /** The one that is open already, and no new one: the allowance is spent. */
  onlyOpen?: boolean;
}

export interface SendMessage {
  kind: 'message';
  actor: Actor;
  chatId: string;
  content: string;
  clientMessageId?: string | undefined;
  /** As claimed by the client; empty or absent means: whoever is there. */
  receiverId?: string | null | undefined;
}

export interface AssignChat {
  kind: 'assignment';
  actor: Actor;
  chatId: string;
}

export interface UnassignChat {
  kind: 'unassignment';
  actor: Actor;
  chatId: string;
}

export interface MarkMessages {
  kind: 'mark';
  actor: Actor;
  chatId: string;
  deliveredSeq?: number | undefined;
  seenSeq?: number | undefined;
}

export interface EndChat {
  kind: 'end';
  actor: Actor;
  chatId: string;
}

export type Command = StartChat | SendMessage | AssignChat | UnassignChat | MarkMessages | EndChat;

/** Where an entry goes: all that the feed needs of a chat when a message comes. */
export type Address = Pick<Chat, 'chatId' | 'userId' | 'adminId'>;

/** A message that was carried out, now or (`fresh: false`) already before: a repeat. */
export interface Sent {
  kind: 'message';
  fresh: boolean;
  entry: Message;
  to: Address;
}

/** Any other command that was carried out. */
export interface Changed {
  kind: Exclude<Command['kind'], 'message'>;
  /** Who did it. */
  actor: Actor;
  fresh: boolean;
  /** The chat right after the command. Of a repeat: as it is now. */
  chat: Chat;
  /** The entry that the command wrote; a start and a mark write none. */
  entry: Message | null;
  /** Who had the chat before; set by an unassignment. */
  formerAdminId?: string | null;
}

export type Done = Sent | Changed;

/** Whose chat it is right after. */
export function addressOf(done: Done): Address {
  return done.kind === 'message' ? done.to : done.chat;
}

/** Its `seq` in the timeline, 0 for the start of a chat; undefined for marks, which have none. */
export function positionOf(done: Done): number | undefined {
  return done.kind === 'start' ? 0 : done.entry?.seq;
}

/** Whether every admin is told of it, because a chat comes into the queue, or leaves it. */
export function changesQueue(done: Done): done is Changed {
  if (done.kind === 'message' || done.kind === 'mark') return false;
  return done.kind !== 'end' || done.chat.adminId === null;
}

/** What comes of a kind of command. */
export type DoneOf<C extends Command> = C extends SendMessage ? Sent : Changed;

export interface Refused {
  refused: Reason;
  /** Who has the chat; set when that is the reason. */
  adminId?: string;
}

/** A fault of the program that this command alone has met; nothing of it was written. */
export interface Failed {
  failed: unknown;
}

export type Outcome = Done | Refused | Failed;
