/**
 * From what was committed to what participants see. Called once for each outcome, in the order of the
 * timeline, after it is on disk; what a client lacks all the same, the heartbeat reveals.
 */
import type { Done } from '../timeline/commands.js';
import type { Chat, Message } from '../validations/chat.validation.js';
import type { Emitter } from './Emitter.js';

export class Feed {
  /** Chats with traffic since the last heartbeat. Idle chats cost nothing. */
  private touched = new Map<string, Chat>();

  constructor(private readonly emitter: Emitter) {}

  deliver({ chat, entry }: Done): void {
    if (entry) this.touched.set(chat.chatId, chat);
    if (!entry) this.chatStarted(chat);
    else if (entry.kind === 'message') this.newMessage(chat, entry);
    else if (entry.kind === 'assignment') this.chatAssigned(chat);
    else this.chatEnded(chat);
  }

  /** Tells the participants of each chat with recent traffic its last `seq`. */
  heartbeat(): void {
    const touched = this.touched;
    this.touched = new Map();
    for (const { chatId, lastSeq, userId, adminId } of touched.values()) {
      const heads = { chats: [{ chatId, lastSeq }] };
      this.emitter.toUser(userId, 'heartbeat', heads);
      if (adminId !== null) this.emitter.toAdmin(adminId, 'heartbeat', heads);
    }
  }

  /** To every tab of the user: the chat they asked for is open already. */
  startedBefore(chat: Chat): void {
    this.emitter.toUser(chat.userId, 'chat_started', chat);
  }

  private chatStarted(chat: Chat): void {
    this.emitter.toUser(chat.userId, 'chat_started', chat);
    this.emitter.toAdmins('new_chat_request', chat);
  }

  private newMessage({ userId, adminId }: Chat, message: Message): void {
    this.emitter.toUser(userId, 'new_message', message);
    if (adminId !== null) this.emitter.toAdmin(adminId, 'new_message', message);
  }

  private chatAssigned(chat: Chat): void {
    const assigned = toChatAssigned(chat);
    this.emitter.toUser(chat.userId, 'chat_assigned', assigned);
    this.emitter.toAdmins('chat_assigned', assigned);
  }

  private chatEnded(chat: Chat): void {
    const ended = toChatEnded(chat);
    this.emitter.toUser(chat.userId, 'chat_ended', ended);
    // A chat that ends while it waits must leave the queue of every admin.
    if (chat.adminId === null) this.emitter.toAdmins('chat_ended', ended);
    else this.emitter.toAdmin(chat.adminId, 'chat_ended', ended);
  }
}

/** @throws for a chat that has no admin. */
export function toChatAssigned({ chatId, userId, adminId, assignedAt, assignedSeq }: Chat) {
  if (adminId === null || assignedAt === null || assignedSeq === null) {
    throw new Error(`chat ${chatId} is not assigned`);
  }
  return { chatId, adminId, userId, seq: assignedSeq, assignedAt };
}

/** The end is the last entry, so its `seq` is the chat's last. @throws for a chat that is open. */
export function toChatEnded({ chatId, endedBy, endedAt, lastSeq }: Chat) {
  if (endedBy === null || endedAt === null) throw new Error(`chat ${chatId} has not ended`);
  return { chatId, endedBy, endedAt, seq: lastSeq };
}
