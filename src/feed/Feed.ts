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
  MessagesMarked,
} from '../validations/chat.validation.js';
import type { NamespaceName } from '../validations/events.js';
import type { Emitter } from './Emitter.js';

export class Feed {
  /** Chats with traffic since the last heartbeat, and their last `seq`. Idle chats cost nothing. */
  private touched = new Map<string, { lastSeq: number; to: Address }>();

  constructor(private readonly emitter: Emitter) {}

  deliver(done: Done): void {
    this.deliverToUser(done);
    if (done.kind === 'message') this.emitter.toAdminsOf(done.to, 'new_message', done.entry);
    else if (done.kind === 'mark')
      this.emitter.toAdminsOf(done.chat, 'messages_marked', marksIn(done));
    else if (changesQueue(done)) this.deliverToDesk(done);
    else this.tellAdminsOf(done);
  }

  /** To its user alone, where admins have heard of something later. */
  deliverToUser(done: Done): void {
    const to = addressOf(done);
    const { userId } = to;
    if (done.entry) this.touched.set(to.chatId, { lastSeq: done.entry.seq, to });
    if (done.kind === 'message') this.emitter.toUser(userId, 'new_message', done.entry);
    else if (done.kind === 'mark') this.emitter.toUser(userId, 'messages_marked', marksIn(done));
    else if (done.kind === 'start') this.emitter.toUser(userId, 'chat_started', done.chat);
    else if (done.kind === 'assignment') {
      this.emitter.toUser(userId, 'chat_assigned', toChatAssigned(done.chat));
    } else if (done.kind === 'unassignment') {
      this.emitter.toUser(userId, 'chat_unassigned', toChatUnassigned(done));
    } else this.emitter.toUser(userId, 'chat_ended', toChatEnded(done.chat));
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

  /** The end of a chat that somebody has. */
  private tellAdminsOf({ chat, actor }: Changed): void {
    const { chatId, adminId } = chat;
    const doer = sideOf(actor.role) === 'admin' ? { doerId: actor.id } : {};
    this.emitter.toAdminsOf({ chatId, adminId, ...doer }, 'chat_ended', toChatEnded(chat));
  }
}

const marksIn = ({ chat, actor }: Changed) => toMessagesMarked(chat, sideOf(actor.role));

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
