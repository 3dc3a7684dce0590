/** Events of `/admin`, one row each; names, payloads and answers are in `validations/events.ts`. */
import { toChatAssigned } from '../feed/Feed.js';
import type { Handlers } from './handlers.js';

export const adminHandlers: Handlers<'admin'> = {
  get_unassigned_chats: {
    handle: (chats, _actor, query) => chats.getUnassignedChats(query),
    emits: ({ data }) => ['unassigned_chats', data.chats],
  },
  assign_chat: {
    handle: (chats, actor, { chatId }) => chats.assignChat(actor, chatId),
    // Everybody has heard of the first assignment; whoever says it again still gets an answer.
    emits: ({ data, repeat }) => (repeat ? ['chat_assigned', toChatAssigned(data)] : undefined),
  },
  admin_message: { handle: (chats, actor, payload) => chats.sendMessage(actor, payload) },
  end_chat: { handle: (chats, actor, { chatId }) => chats.endChat(actor, chatId) },
  get_messages: { handle: (chats, actor, query) => chats.getMessages(actor, query) },
  get_chats: { handle: (chats, actor, query) => chats.getChats(actor, query) },
};
