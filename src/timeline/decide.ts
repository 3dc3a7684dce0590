/**
 * What may happen in a chat, and what it becomes: the rules P2 to P5 as one pure function. The store
 * calls it inside the writing transaction, with the rows of that transaction, on every engine.
 */
import {
  type Actor,
  mayAssign,
  mayEnd,
  mayMark,
  mayUnassign,
  mayWrite,
  sideOf,
} from '../auth/policy.js';
import type { Chat, Message } from '../validations/chat.validation.js';
import type {
  Address,
  AssignChat,
  Command,
  EndChat,
  MarkMessages,
  Outcome,
  SendMessage,
  StartChat,
  UnassignChat,
} from './commands.js';

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

/** The commands that write an entry. */
type EntryCommand = Exclude<Command, StartChat | MarkMessages>;

export function decide(command: Command, ledger: Ledger): Outcome {
  switch (command.kind) {
    case 'start':
      return startChat(command, ledger);
    case 'message':
      return sendMessage(command, ledger);
    case 'assignment':
      return assignChat(command, ledger);
    case 'unassignment':
      return unassignChat(command, ledger);
    case 'mark':
      return markMessages(command, ledger);
    case 'end':
      return endChat(command, ledger);
  }
}

const NO_MARK = { deliveredSeq: 0, seenSeq: 0 };

function startChat({ kind, actor, onlyOpen }: StartChat, ledger: Ledger): Outcome {
  const open = ledger.openChatOf(actor.id);
  if (open) return { kind, actor, fresh: false, chat: open, entry: null };
  if (onlyOpen) return { refused: 'too_many_chats' };
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
    firstResponseAt: null,
    marks: { user: NO_MARK, admin: NO_MARK },
  };
  ledger.setChat(chat);
  return { kind, actor, fresh: true, chat, entry: null };
}

function sendMessage(command: SendMessage, ledger: Ledger): Outcome {
  const { kind, actor, chatId, content, clientMessageId } = command;
  const chat = ledger.chat(chatId);
  if (chat && clientMessageId !== undefined) {
    // Before every other rule: a repeat gets its first answer (P2), also when the chat has ended or
    // gone to somebody else meanwhile. Only the sender of the first can be here.
    const first = ledger.sent(chatId, actor, clientMessageId);
    if (first) {
      if (first.content !== content) return { refused: 'duplicate_id' };
      return { kind, fresh: false, entry: first, to: addressOf(chat) };
    }
  }
  const refused = mayWrite(actor, chat);
  if (refused || !chat) return { refused: refused ?? 'chat_not_found' };
  if (misdirected(command, chat)) return { refused: 'other_receiver' };
  const answers = sideOf(actor.role) === 'admin' && chat.firstResponseAt === null;
  const next = answers ? { ...chat, firstResponseAt: ledger.now } : chat;
  const { entry } = append(ledger, next, command);
  return { kind, fresh: true, entry, to: addressOf(chat) };
}

/**
 * While nobody has taken the chat, a user cannot know the receiver and a stock client must send
 * something, so whatever it sends passes. Once there is one, another's name is a mistake or a try.
 */
function misdirected({ receiverId, actor }: SendMessage, chat: Chat): boolean {
  const receiver = receiverOf(chat, actor);
  return !!receiverId && receiver !== null && receiverId !== receiver;
}

function receiverOf(chat: Address, actor: Actor): string | null {
  return sideOf(actor.role) === 'user' ? chat.adminId : chat.userId;
}

function assignChat(command: AssignChat, ledger: Ledger): Outcome {
  const { kind, actor, chatId } = command;
  const chat = ledger.chat(chatId);
  const refused = mayAssign(actor, chat);
  if (refused === 'already_assigned' && chat?.adminId) return { refused, adminId: chat.adminId };
  if (refused || !chat) return { refused: refused ?? 'chat_not_found' };
  if (chat.adminId !== null) return { kind, actor, fresh: false, chat, entry: null };
  const assigned: Chat = {
    ...chat,
    adminId: actor.id,
    status: 'assigned',
    assignedAt: ledger.now,
    assignedSeq: chat.lastSeq + 1,
  };
  return { kind, actor, fresh: true, ...append(ledger, assigned, command) };
}

function unassignChat(command: UnassignChat, ledger: Ledger): Outcome {
  const { kind, actor, chatId } = command;
  const chat = ledger.chat(chatId);
  const refused = mayUnassign(actor, chat);
  if (refused || !chat) return { refused: refused ?? 'chat_not_found' };
  const waiting: Chat = {
    ...chat,
    adminId: null,
    status: 'unassigned',
    assignedAt: null,
    assignedSeq: null,
  };
  const formerAdminId = chat.adminId;
  return { kind, actor, fresh: true, formerAdminId, ...append(ledger, waiting, command) };
}

function endChat(command: EndChat, ledger: Ledger): Outcome {
  const { kind, actor, chatId } = command;
  const chat = ledger.chat(chatId);
  const refused = mayEnd(actor, chat);
  if (refused || !chat) return { refused: refused ?? 'chat_not_found' };
  const ended: Chat = { ...chat, status: 'ended', endedAt: ledger.now, endedBy: actor.id };
  return { kind, actor, fresh: true, ...append(ledger, ended, command) };
}

/** Marks only rise, and never above what there is; they are beside the timeline, not in it. */
function markMessages(command: MarkMessages, ledger: Ledger): Outcome {
  const { kind, actor, chatId, deliveredSeq = 0, seenSeq = 0 } = command;
  const chat = ledger.chat(chatId);
  const refused = mayMark(actor, chat);
  if (refused || !chat) return { refused: refused ?? 'chat_not_found' };
  const side = sideOf(actor.role);
  const old = chat.marks[side];
  const seen = Math.max(old.seenSeq, Math.min(seenSeq, chat.lastSeq));
  const delivered = Math.max(old.deliveredSeq, Math.min(deliveredSeq, chat.lastSeq), seen);
  if (seen === old.seenSeq && delivered === old.deliveredSeq) {
    return { kind, actor, fresh: false, chat, entry: null };
  }
  const mark = { deliveredSeq: delivered, seenSeq: seen };
  const next: Chat = { ...chat, marks: { ...chat.marks, [side]: mark } };
  ledger.setChat(next);
  return { kind, actor, fresh: true, chat: next, entry: null };
}

/**
 * Writes the next entry of a timeline, and with it the new state of its chat. Whoever writes has seen
 * what was there before, so what is unread is `lastSeq` less one's own `seenSeq`.
 */
function append(ledger: Ledger, chat: Chat, command: EntryCommand): { chat: Chat; entry: Message } {
  const seq = chat.lastSeq + 1;
  const entry = newEntry(command, chat, seq, ledger.now);
  const marks = { ...chat.marks, [entry.senderRole]: { deliveredSeq: seq, seenSeq: seq } };
  const next: Chat = { ...chat, lastSeq: seq, marks };
  ledger.setChat(next);
  ledger.addEntry(entry);
  return { chat: next, entry };
}

/** The entry that a command writes at a position of a timeline. */
export function newEntry(
  command: EntryCommand,
  to: Address,
  seq: number,
  createdAt: string,
): Message {
  const { kind, actor } = command;
  const entry: Message = {
    messageId: messageIdOf(to.chatId, seq),
    chatId: to.chatId,
    seq,
    kind,
    senderId: actor.id,
    senderRole: sideOf(actor.role),
    receiverId: receiverOf(to, actor),
    content: kind === 'message' ? command.content : '',
    createdAt,
  };
  if (kind === 'message' && command.clientMessageId !== undefined) {
    entry.clientMessageId = command.clientMessageId;
  }
  return entry;
}

function addressOf({ chatId, userId, adminId }: Chat): Address {
  return { chatId, userId, adminId };
}

/**
 * Chat and position name a message for ever, so its id needs no column and no index of its own.
 * It is as hard to guess as the chat's.
 */
export function messageIdOf(chatId: string, seq: number): string {
  return `${chatId}.${seq}`;
}
