/**
 * The seam between the product and its database. What is written here is the contract; the suite in
 * `test/contract` holds every implementation to it.
 *
 * - `append` is one transaction, unless a command meets a fault of the program: then the others are
 *   carried out without it. When its promise fulfils, what was done is on disk (P1); when it rejects with
 *   {@link StoreUnavailable}, the outcome is unknown or nothing was written, and a repeat with the same
 *   `clientMessageId` is safe.
 * - Every method judges access itself, by `auth/policy.ts`, on the rows it reads (P6).
 * - No method's cost grows with what is stored: each list is a page from an index.
 */
import type { Actor } from '../auth/policy.js';
import type { Reason } from '../errors.js';
import type { Command, Outcome } from '../timeline/commands.js';
import type {
  Chat,
  ChatsPage,
  GetChats,
  GetMessages,
  GetUnassignedChats,
  MessagesPage,
  Overview,
} from '../validations/chat.validation.js';

export type OpenChat = Pick<Chat, 'chatId' | 'userId' | 'adminId' | 'lastSeq'>;

export interface ChatStore {
  /**
   * Carries out the commands in their order, as if one after the other; what was given before comes
   * before.
   * @returns as many outcomes, in the same order. Refusals are outcomes, not errors, and so is a fault
   *   that one command alone has met.
   */
  append(commands: Command[]): Promise<Outcome[]>;

  /** A page of a timeline, rising by `seq`, entries of every kind. */
  getMessages(actor: Actor, query: GetMessages): Promise<MessagesPage | { refused: Reason }>;

  /** The chats that wait for an admin, oldest first. An unknown cursor gives an empty page. */
  getUnassignedChats(query: GetUnassignedChats): Promise<ChatsPage>;

  /** Chats of an identity (or, for supervisors, of all), newest first. */
  getChats(actor: Actor, query: GetChats): Promise<ChatsPage | { refused: Reason }>;

  /** One chat, for those who may read it. */
  getChat(actor: Actor, chatId: string): Promise<Chat | { refused: Reason }>;

  /** The chats that are open for an identity: a user's one, an admin's assigned ones; 1,000 at most. */
  getOpenChats(actor: Actor): Promise<OpenChat[]>;

  /** The figures of the desk, now and of the last 24 hours. */
  getOverview(): Promise<Overview>;

  /** Finishes what runs, then lets go of the database. */
  close(): Promise<void>;
}

/**
 * The database could not be asked just now.
 * @property fatal the process cannot trust its database any more and must end.
 */
export class StoreUnavailable extends Error {
  constructor(
    message: string,
    readonly fatal = false,
  ) {
    super(message);
  }
}
