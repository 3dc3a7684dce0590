/**
 * The product as a plain program without a database: lists in memory and the promises in words. It is
 * written apart from `src/timeline/decide.ts` on purpose, so that a fault in one shows against the
 * other.
 */
import type { Actor } from '../../src/auth/policy.js';
import type { Command } from '../../src/timeline/commands.js';

export interface ModelEntry {
  seq: number;
  kind: string;
  from: string;
  to: string | null;
  content: string;
  key: string | undefined;
}

export interface ModelChat {
  chatId: string;
  userId: string;
  adminId: string | null;
  ended: boolean;
  entries: ModelEntry[];
  user: { delivered: number; seen: number };
  admin: { delivered: number; seen: number };
}

/** What a command comes to: a reason, or what is visible of its result. */
export type ModelOutcome = string | { fresh: boolean; chat: ModelChat; seq: number | null };

const sideOf = ({ role }: Actor) => (role === 'user' ? 'user' : 'admin');
const nameOf = (actor: Actor) => `${sideOf(actor)} ${actor.id}`;
const isUser = (actor: Actor, chat: ModelChat) => actor.role === 'user' && actor.id === chat.userId;
const isOwner = (actor: Actor, chat: ModelChat) =>
  actor.role !== 'user' && actor.id === chat.adminId;

export class Model {
  /** In the order of their creation. */
  readonly chats: ModelChat[] = [];

  openChatOf(userId: string): ModelChat | undefined {
    return this.chats.find((chat) => chat.userId === userId && !chat.ended);
  }

  /** Whether an actor may see that a chat exists. */
  sees(actor: Actor, chat: ModelChat): boolean {
    if (actor.role === 'supervisor' || isUser(actor, chat) || isOwner(actor, chat)) return true;
    return actor.role === 'admin' && chat.adminId === null && !chat.ended;
  }

  /** @param newChatId the id that the store has given to a chat that this command starts */
  apply(command: Command, newChatId: string): ModelOutcome {
    const { kind, actor } = command;
    if (kind === 'start') return this.start(actor, newChatId);
    const chat = this.chats.find(({ chatId }) => chatId === command.chatId);
    if (!chat) return 'chat_not_found';
    if (kind === 'message') return this.message(command, chat);
    if (kind === 'assignment') return this.assignment(actor, chat);
    if (kind === 'mark') return this.mark(command, chat);
    if (kind === 'unassignment' && actor.role === 'user') return 'chat_not_found';
    const refused = this.refusedToChange(actor, chat);
    if (refused) return refused;
    if (kind === 'end') {
      const to = this.receiver(actor, chat);
      chat.ended = true;
      return this.write(chat, { kind, from: nameOf(actor), to, content: '', key: undefined });
    }
    if (chat.adminId === null) return 'not_taken';
    chat.adminId = null;
    const from = nameOf(actor);
    return this.write(chat, { kind, from, to: chat.userId, content: '', key: undefined });
  }

  private start({ id: userId }: Actor, chatId: string): ModelOutcome {
    const open = this.openChatOf(userId);
    if (open) return { fresh: false, chat: open, seq: null };
    const none = () => ({ delivered: 0, seen: 0 });
    const chat: ModelChat = {
      ...{ chatId, userId, adminId: null, ended: false },
      ...{ entries: [], user: none(), admin: none() },
    };
    this.chats.push(chat);
    return { fresh: true, chat, seq: null };
  }

  private message(command: Command & { kind: 'message' }, chat: ModelChat): ModelOutcome {
    const { actor, content, clientMessageId: key, receiverId } = command;
    const from = nameOf(actor);
    const first =
      key === undefined
        ? undefined
        : chat.entries.find((entry) => entry.key === key && entry.from === from);
    if (first) {
      return first.content === content ? { fresh: false, chat, seq: first.seq } : 'duplicate_id';
    }
    if (!this.sees(actor, chat)) return 'chat_not_found';
    if (chat.ended) return 'chat_ended';
    if (!isUser(actor, chat) && !isOwner(actor, chat)) {
      return chat.adminId === null ? 'not_taken' : 'chat_not_found';
    }
    const to = this.receiver(actor, chat);
    if (receiverId && to !== null && receiverId !== to) return 'other_receiver';
    return this.write(chat, { kind: 'message', from, to, content, key });
  }

  private assignment(actor: Actor, chat: ModelChat): ModelOutcome {
    if (actor.role === 'user') return 'chat_not_found';
    if (chat.ended) return this.sees(actor, chat) ? 'chat_ended' : 'chat_not_found';
    if (chat.adminId === actor.id) return { fresh: false, chat, seq: null };
    if (chat.adminId !== null) return 'already_assigned';
    chat.adminId = actor.id;
    const entry = { kind: 'assignment', from: nameOf(actor), to: chat.userId, content: '' };
    return this.write(chat, { ...entry, key: undefined });
  }

  private mark(command: Command & { kind: 'mark' }, chat: ModelChat): ModelOutcome {
    const { actor, deliveredSeq = 0, seenSeq = 0 } = command;
    if (!this.sees(actor, chat)) return 'chat_not_found';
    if (!isUser(actor, chat) && !isOwner(actor, chat)) {
      return chat.adminId === null ? 'not_taken' : 'chat_not_found';
    }
    const mark = chat[sideOf(actor)];
    const before = { ...mark };
    const last = chat.entries.length;
    mark.seen = Math.max(mark.seen, Math.min(seenSeq, last));
    mark.delivered = Math.max(mark.delivered, Math.min(deliveredSeq, last), mark.seen);
    const fresh = mark.seen > before.seen || mark.delivered > before.delivered;
    return { fresh, chat, seq: null };
  }

  /** Ends and unassignments: by those who take part, and by any supervisor. */
  private refusedToChange(actor: Actor, chat: ModelChat): string | undefined {
    if (!this.sees(actor, chat)) return 'chat_not_found';
    if (chat.ended) return 'chat_ended';
    if (actor.role === 'supervisor' || isUser(actor, chat) || isOwner(actor, chat)) return;
    return 'not_taken';
  }

  private receiver(actor: Actor, chat: ModelChat): string | null {
    return actor.role === 'user' ? chat.adminId : chat.userId;
  }

  private write(chat: ModelChat, entry: Omit<ModelEntry, 'seq'>): ModelOutcome {
    const seq = chat.entries.length + 1;
    chat.entries.push({ seq, ...entry });
    chat[entry.from.startsWith('user ') ? 'user' : 'admin'] = { delivered: seq, seen: seq };
    return { fresh: true, chat, seq };
  }
}
