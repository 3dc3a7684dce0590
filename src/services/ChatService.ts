/**
 * What can be done with chats, in the words of the domain. Sockets and REST meet here; whether it may
 * be done is decided where it is written (`timeline/decide.ts`, `auth/policy.ts`).
 */
import { type Actor, maySendAs, sideOf } from '../auth/policy.js';
import { ChatError } from '../errors.js';
import { toChatEnded, toMessagesMarked } from '../feed/Feed.js';
import type { Reach } from '../feed/Reach.js';
import type { SenderAllowance } from '../limits/Limits.js';
import type { ChatStore } from '../store/ChatStore.js';
import type { GroupCommit } from '../store/GroupCommit.js';
import type { Sent } from '../timeline/commands.js';
import type {
  Chat,
  ChatEnded,
  ChatsPage,
  GetChats,
  GetMessages,
  GetUnassignedChats,
  MarkMessages,
  Message,
  MessagePayload,
  MessagesMarked,
  MessagesPage,
  Overview,
} from '../validations/chat.validation.js';
import { type Answer, granted } from './answers.js';

type ChatAllowance = Pick<SenderAllowance, 'takeChat' | 'returnChat'>;

/** Every method rejects with a ChatError when a rule refuses. */
export class ChatService {
  constructor(
    private readonly store: ChatStore,
    private readonly commits: GroupCommit,
    private readonly reach: Pick<Reach, 'toUser'>,
  ) {}

  /** There is an allowance of chats to start; the one that is open already can always be had. */
  async startChat(actor: Actor, allowance: ChatAllowance): Promise<Answer<Chat>> {
    const limited = await allowance.takeChat().then(
      () => undefined,
      (error: unknown) => error,
    );
    const start = { kind: 'start', actor, onlyOpen: limited !== undefined } as const;
    const { chat, fresh } = await this.commits.submit(start).catch((error: unknown) => {
      // Which says how long to wait.
      throw error instanceof ChatError && error.reason === 'too_many_chats' ? limited : error;
    });
    // To every tab of the user: the chat they asked for is open already.
    if (!fresh) this.reach.toUser(chat.userId, 'chat_started', chat);
    if (!fresh && !limited) await allowance.returnChat();
    return { data: chat, repeat: !fresh };
  }

  /** Not `async`: a message is on its way to the disk with thousands of others, and holds as little. */
  sendMessage(actor: Actor, payload: MessagePayload): Promise<Answer<Message>> {
    const refused = maySendAs(actor, payload.senderId);
    if (refused) return Promise.reject(new ChatError(refused));
    const { chatId, content, clientMessageId, receiverId } = payload;
    return this.commits
      .submit({ kind: 'message', actor, chatId, content, clientMessageId, receiverId })
      .then(toAnswer);
  }

  async assignChat(actor: Actor, chatId: string): Promise<Answer<Chat>> {
    const { chat, fresh } = await this.commits.submit({ kind: 'assignment', actor, chatId });
    return { data: chat, repeat: !fresh };
  }

  async unassignChat(actor: Actor, chatId: string): Promise<Answer<Chat>> {
    const { chat } = await this.commits.submit({ kind: 'unassignment', actor, chatId });
    return { data: chat };
  }

  async markMessages(actor: Actor, marks: MarkMessages): Promise<Answer<MessagesMarked>> {
    const { chat, fresh } = await this.commits.submit({ kind: 'mark', actor, ...marks });
    return { data: toMessagesMarked(chat, sideOf(actor.role)), repeat: !fresh };
  }

  async endChat(actor: Actor, chatId: string): Promise<Answer<ChatEnded>> {
    const { chat } = await this.commits.submit({ kind: 'end', actor, chatId });
    return { data: toChatEnded(chat) };
  }

  async getChat(actor: Actor, chatId: string): Promise<Answer<Chat>> {
    return { data: granted(await this.store.getChat(actor, chatId)) };
  }

  async getMessages(actor: Actor, query: GetMessages): Promise<Answer<MessagesPage>> {
    return { data: granted(await this.store.getMessages(actor, query)) };
  }

  async getUnassignedChats(query: GetUnassignedChats): Promise<Answer<ChatsPage>> {
    return { data: await this.store.getUnassignedChats(query) };
  }

  async getChats(actor: Actor, query: GetChats): Promise<Answer<ChatsPage>> {
    return { data: granted(await this.store.getChats(actor, query)) };
  }

  async getOverview(): Promise<Answer<Overview>> {
    return { data: await this.store.getOverview() };
  }
}

const toAnswer = ({ entry, fresh }: Sent): Answer<Message> => ({ data: entry, repeat: !fresh });
