/**
 * Entries as they were read from the timeline, told again as what was done: for a node that did not
 * carry the command out and was not told in time.
 */
import type { Chat, Message } from '../validations/chat.validation.js';
import type { Changed, Done } from './commands.js';

/** The start of a chat. */
export function retellStart(chat: Chat): Done {
  const { userId } = chat;
  const began: Chat = { ...chat, ...unowned, status: 'unassigned', lastSeq: 0 };
  return {
    kind: 'start',
    actor: { id: userId, role: 'user' },
    fresh: true,
    chat: began,
    entry: null,
  };
}

/**
 * @param before the entry before it; undefined: it is the first
 * @param chat as it is now
 */
export function retell(entry: Message, before: Message | undefined, chat: Chat): Done {
  const { kind, seq } = entry;
  if (kind === 'message') {
    const { chatId, userId } = chat;
    return { kind, fresh: true, entry, to: { chatId, userId, adminId: ownerAt(entry) } };
  }
  const actor = { id: entry.senderId, role: entry.senderRole };
  const done = (then: Partial<Chat>): Changed => ({
    kind,
    actor,
    fresh: true,
    chat: { ...chat, ...unowned, lastSeq: seq, ...then },
    entry,
  });
  if (kind === 'assignment') {
    const owner = chat.assignedSeq === seq ? chat.adminId : entry.senderId;
    const { createdAt: assignedAt } = entry;
    return done({ status: 'assigned', adminId: owner, assignedAt, assignedSeq: seq });
  }
  if (kind === 'unassignment') {
    return { ...done({ status: 'unassigned' }), formerAdminId: before ? ownerAt(before) : null };
  }
  // Nothing follows the end, so the chat is now what it was then.
  return done(chat);
}

/** Who has a chat right after an entry that is no end: only the owner writes, or is written to. */
function ownerAt({ kind, senderRole, senderId, receiverId }: Message): string | null {
  if (kind === 'unassignment') return null;
  return senderRole === 'admin' ? senderId : receiverId;
}

const unowned = {
  adminId: null,
  assignedAt: null,
  assignedSeq: null,
  endedAt: null,
  endedBy: null,
} satisfies Partial<Chat>;
