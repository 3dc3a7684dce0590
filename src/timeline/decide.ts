/**
 * What may happen in a chat, and what it becomes: the rules P2 to P5 as one pure function. The store
 * calls it inside the writing transaction, with the rows of that transaction, on every engine.
 */
import { type Actor, mayAssign, mayEnd, mayWrite, sideOf } from '../auth/policy.js';
import type { Chat, Message } from '../validations/chat.validation.js';
import type { AssignChat, Command, EndChat, Outcome, SendMessage, StartChat } from './commands.js';

/** What the store knows of the chats that a batch of commands names; `decide` keeps it current. */
export interface Ledger {
  chat(chatId: string): Chat | undefined;
  openChatOf(userId: string): Chat | undefined;
  /** The message that this sender has sent to this chat under this key. */
  sent(chatId: string, actor: Actor, clientMessageId: string): Message | undefined;
  /** A new chat, or the new state of one. */
  setChat(chat: Chat): void;
  addEntry(entry: Message): void;
  /** Time of the transaction, ISO 8601. One for a whole batch: `seq` orders, not the clock. */
  readonly now: string;
  newChatId(): string;
}

export function decide(command: Command, ledger: Ledger): Outcome {
  switch (command.kind) {
    case 'start':
      return startChat(command, ledger);
    case 'message':
      return sendMessage(command, ledger);
    case 'assignment':
      return assignChat(command, ledger);
    case 'end':
      return endChat(command, ledger);
  }
}

function startChat({ actor }: StartChat, ledger: Ledger): Outcome {
  const open = ledger.openChatOf(actor.id);
  if (open) return { fresh: false, chat: open, entry: null };
  const chat: Chat = {
    chatId: ledger.newChatId(),
    userId: actor.id,
    adminId: null,
    status: 'unassigned',
    lastSeq: 0,
    createdAt: ledger.now,
    assignedAt: null,
    assignedSeq: null,
    endedAt: null,
    endedBy: null,
  };
  ledger.setChat(chat);
  return { fresh: true, chat, entry: null };
}

function sendMessage(command: SendMessage, ledger: Ledger): Outcome {
  const { actor, chatId, content, clientMessageId } = command;
  const chat = ledger.chat(chatId);
  if (chat && clientMessageId !== undefined) {
    // Before every other rule: a repeat gets its first answer (P2), also when the chat has ended or
    // gone to somebody else meanwhile. Only the sender of the first can be here.
    const first = ledger.sent(chatId, actor, clientMessageId);
    if (first) {
      if (first.content !== content) return { refused: 'duplicate_id' };
      return { fresh: false, chat, entry: first };
    }
  }
  const refused = mayWrite(actor, chat);
  if (refused || !chat) return { refused: refused ?? 'chat_not_found' };
  if (misdirected(command, chat)) return { refused: 'other_receiver' };
  return append(ledger, chat, actor, 'message', { content, clientMessageId });
}

/**
 * While nobody has taken the chat, a user cannot know the receiver and a stock client must send
 * something, so whatever it sends passes. Once there is one, another's name is a mistake or a try.
 */
function misdirected({ receiverId, actor }: SendMessage, chat: Chat): boolean {
  const receiver = receiverOf(chat, actor);
  return !!receiverId && receiver !== null && receiverId !== receiver;
}

function receiverOf(chat: Chat, actor: Actor): string | null {
  return sideOf(actor.role) === 'user' ? chat.adminId : chat.userId;
}

function assignChat({ actor, chatId }: AssignChat, ledger: Ledger): Outcome {
  const chat = ledger.chat(chatId);
  const refused = mayAssign(actor, chat);
  if (refused || !chat) return { refused: refused ?? 'chat_not_found' };
  if (chat.adminId !== null) return { fresh: false, chat, entry: null };
  const assigned: Chat = {
    ...chat,
    adminId: actor.id,
    status: 'assigned',
    assignedAt: ledger.now,
    assignedSeq: chat.lastSeq + 1,
  };
  return append(ledger, assigned, actor, 'assignment');
}

function endChat({ actor, chatId }: EndChat, ledger: Ledger): Outcome {
  const chat = ledger.chat(chatId);
  const refused = mayEnd(actor, chat);
  if (refused || !chat) return { refused: refused ?? 'chat_not_found' };
  const ended: Chat = { ...chat, status: 'ended', endedAt: ledger.now, endedBy: actor.id };
  return append(ledger, ended, actor, 'end');
}

/** Writes the next entry of a timeline, and with it the new state of its chat. */
function append(
  ledger: Ledger,
  chat: Chat,
  actor: Actor,
  kind: Message['kind'],
  body: { content?: string; clientMessageId?: string | undefined } = {},
): Outcome {
  const seq = chat.lastSeq + 1;
  const entry: Message = {
    messageId: messageIdOf(chat.chatId, seq),
    chatId: chat.chatId,
    seq,
    kind,
    senderId: actor.id,
    senderRole: sideOf(actor.role),
    receiverId: receiverOf(chat, actor),
    content: body.content ?? '',
    createdAt: ledger.now,
  };
  if (body.clientMessageId !== undefined) entry.clientMessageId = body.clientMessageId;
  const next: Chat = { ...chat, lastSeq: seq };
  ledger.setChat(next);
  ledger.addEntry(entry);
  return { fresh: true, chat: next, entry };
}

/**
 * Chat and position name a message for ever, so its id needs no column and no index of its own.
 * It is as hard to guess as the chat's.
 */
export function messageIdOf(chatId: string, seq: number): string {
  return `${chatId}.${seq}`;
}
