/**
 * From what was committed to what participants see. Called once for each outcome, in the order of the
 * timeline, after it is on disk; what a client lacks all the same, the heartbeat reveals.
 */
import { sideOf } from '../auth/policy.js';
import {
  type Address,
  addressOf,
  type Changed,
  changesQueue,
  type Done,
} from '../timeline/commands.js';
import type {
  Chat,
  ChatAssigned,
  ChatEnded,
  ChatUnassigned,
  Message,
  MessagesMarked,
} from '../validations/chat.validation.js';
import type { NamespaceName } from '../validations/events.js';
import type { Emitter } from './Emitter.js';

export class Feed {
  /** Chats with traffic since the last heartbeat, and their last `seq`. Idle chats cost nothing. */
  private touched = new Map<string, { lastSeq: number; to: Address }>();

  constructor(private readonly emitter: Emitter) {}

  deliver(done: Done): void {
    this.touch(done);
    if (done.kind === 'message') this.newMessage(done.to, done.entry);
    else if (done.kind === 'mark') this.messagesMarked(done.chat, sideOf(done.actor.role));
    else {
      this.tellUser(done);
      if (changesQueue(done)) this.deliverToDesk(done);
      else this.tellAdminsOf(done);
    }
  }

  /** To its user alone: every admin has heard of it by {@link deliverToDesk}. */
  deliverToUser(done: Changed): void {
    this.touch(done);
    this.tellUser(done);
  }

  /** What changes the queue, to every admin. */
  deliverToDesk(done: Changed): void {
    const { kind, chat } = done;
    if (kind === 'start') this.emitter.toAdmins('new_chat_request', chat);
    else if (kind === 'assignment') this.emitter.toAdmins('chat_assigned', toChatAssigned(chat));
    else if (kind === 'unassignment') {
      this.emitter.toAdmins('chat_unassigned', toChatUnassigned(done));
      this.emitter.toAdmins('new_chat_request', chat);
    } else this.emitter.toAdmins('chat_ended', toChatEnded(chat));
  }

  /** Tells the participants of each chat with recent traffic its last `seq`. */
  heartbeat(): void {
    const touched = this.touched;
    this.touched = new Map();
    for (const { lastSeq, to } of touched.values()) {
      const heads = { chats: [{ chatId: to.chatId, lastSeq }] };
      this.emitter.toUser(to.userId, 'heartbeat', heads);
      this.emitter.toAdminsOf(to, 'heartbeat', heads);
    }
  }

  private touch(done: Done): void {
    const to = addressOf(done);
    if (done.entry) this.touched.set(to.chatId, { lastSeq: done.entry.seq, to });
  }

  private newMessage(to: Address, message: Message): void {
    this.emitter.toUser(to.userId, 'new_message', message);
    this.emitter.toAdminsOf(to, 'new_message', message);
  }

  private tellUser(done: Changed): void {
    const { kind, chat } = done;
    const { userId } = chat;
    if (kind === 'start') this.emitter.toUser(userId, 'chat_started', chat);
    else if (kind === 'assignment') {
      this.emitter.toUser(userId, 'chat_assigned', toChatAssigned(chat));
    } else if (kind === 'unassignment') {
      this.emitter.toUser(userId, 'chat_unassigned', toChatUnassigned(done));
    } else this.emitter.toUser(userId, 'chat_ended', toChatEnded(chat));
  }

  /** The end of a chat that somebody has. */
  private tellAdminsOf({ chat, actor }: Changed): void {
    const { chatId, adminId } = chat;
    const doer = sideOf(actor.role) === 'admin' ? { doerId: actor.id } : {};
    this.emitter.toAdminsOf({ chatId, adminId, ...doer }, 'chat_ended', toChatEnded(chat));
  }

  private messagesMarked(chat: Chat, side: NamespaceName): void {
    const marked = toMessagesMarked(chat, side);
    this.emitter.toUser(chat.userId, 'messages_marked', marked);
    this.emitter.toAdminsOf(chat, 'messages_marked', marked);
  }
}

/** @throws for a chat that has no admin. */
export function toChatAssigned(chat: Chat): ChatAssigned {
  const { chatId, userId, adminId, assignedAt, assignedSeq } = chat;
  if (adminId === null || assignedAt === null || assignedSeq === null) {
    throw new Error(`chat ${chatId} is not assigned`);
  }
  return { chatId, adminId, userId, seq: assignedSeq, assignedAt };
}

function toChatUnassigned({ chat, entry, formerAdminId }: Changed): ChatUnassigned {
  const { chatId, userId } = chat;
  if (!formerAdminId || !entry) throw new Error(`nobody had the chat ${chatId}`);
  const { seq, createdAt } = entry;
  return { chatId, adminId: formerAdminId, userId, seq, unassignedAt: createdAt };
}

/** The end is the last entry, so its `seq` is the chat's last. @throws for a chat that is open. */
export function toChatEnded({ chatId, endedBy, endedAt, lastSeq }: Chat): ChatEnded {
  if (endedBy === null || endedAt === null) throw new Error(`chat ${chatId} has not ended`);
  return { chatId, endedBy, endedAt, seq: lastSeq };
}

export function toMessagesMarked({ chatId, marks }: Chat, side: NamespaceName): MessagesMarked {
  return { chatId, side, ...marks[side] };
}
