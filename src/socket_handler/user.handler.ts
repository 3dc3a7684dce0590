/** Events of `/user`, one row each; names, payloads and answers are in `validations/events.ts`. */
import type { Handlers } from './handlers.js';

export const userHandlers: Handlers<'user'> = {
  start_chat: { handle: (chats, actor) => chats.startChat(actor) },
  user_message: { handle: (chats, actor, payload) => chats.sendMessage(actor, payload) },
  end_chat: { handle: (chats, actor, { chatId }) => chats.endChat(actor, chatId) },
  get_messages: { handle: (chats, actor, query) => chats.getMessages(actor, query) },
  get_chats: {
    handle: (chats, actor, query) => chats.getChats(actor, { ...query, scope: 'own' }),
  },
};
