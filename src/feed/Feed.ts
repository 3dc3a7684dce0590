/**
 * From what was committed to what participants see. Called once for each outcome, in the order of the
 * timeline, after it is on disk; what a client lacks all the same, the heartbeat reveals.
 */
import { sideOf } from '../auth/policy.js';
import { type Address, addressOf, type Changed, type Done } from '../timeline/commands.js';
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
    const to = addressOf(done);
    if (done.entry) this.touched.set(to.chatId, { lastSeq: done.entry.seq, to });
    if (done.kind === 'message') this.newMessage(to, done.entry);
    else if (done.kind === 'start') this.chatStarted(done.chat);
    else if (done.kind === 'assignment') this.chatAssigned(done.chat);
    else if (done.kind === 'unassignment') this.chatUnassigned(done);
    else if (done.kind === 'mark') this.messagesMarked(done.chat, sideOf(done.actor.role));
    else this.chatEnded(done);
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

  private chatStarted(chat: Chat): void {
    this.emitter.toUser(chat.userId, 'chat_started', chat);
    this.emitter.toAdmins('new_chat_request', chat);
  }

  private newMessage(to: Address, message: Message): void {
    this.emitter.toUser(to.userId, 'new_message', message);
    this.emitter.toAdminsOf(to, 'new_message', message);
  }

  private chatAssigned(chat: Chat): void {
    const assigned = toChatAssigned(chat);
    this.emitter.toUser(chat.userId, 'chat_assigned', assigned);
    this.emitter.toAdmins('chat_assigned', assigned);
  }

  private chatUnassigned(done: Changed): void {
    const unassigned = toChatUnassigned(done);
    this.emitter.toUser(done.chat.userId, 'chat_unassigned', unassigned);
    this.emitter.toAdmins('chat_unassigned', unassigned);
    this.emitter.toAdmins('new_chat_request', done.chat);
  }

  private chatEnded({ chat, actor }: Changed): void {
    const ended = toChatEnded(chat);
    this.emitter.toUser(chat.userId, 'chat_ended', ended);
    // A chat that ends while it waits must leave the queue of every admin.
    if (chat.adminId === null) this.emitter.toAdmins('chat_ended', ended);
    else {
      const { chatId, adminId } = chat;
      const doer = sideOf(actor.role) === 'admin' ? { doerId: actor.id } : {};
      this.emitter.toAdminsOf({ chatId, adminId, ...doer }, 'chat_ended', ended);
    }
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
