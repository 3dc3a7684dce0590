/** Events of `/user`, one row each; names, payloads and answers are in `validations/events.ts`. */
import type { Handlers } from './handlers.js';

export const userHandlers: Handlers<'user'> = {
  start_chat: {
    handle: ({ chats }, _nothing, { actor, allowance }) => chats.startChat(actor, allowance),
  },
  user_message: { handle: ({ chats }, message, { actor }) => chats.sendMessage(actor, message) },
  end_chat: { handle: ({ chats }, { chatId }, { actor }) => chats.endChat(actor, chatId) },
  get_chat: { handle: ({ chats }, { chatId }, { actor }) => chats.getChat(actor, chatId) },
  get_messages: { handle: ({ chats }, query, { actor }) => chats.getMessages(actor, query) },
  get_chats: {
    handle: ({ chats }, query, { actor }) => chats.getChats(actor, { ...query, scope: 'own' }),
  },
  mark_messages: { handle: ({ chats }, marks, { actor }) => chats.markMessages(actor, marks) },
  typing: { handle: ({ presence }, typing, { actor }) => presence.typing(actor, typing) },
  visit_page: { handle: ({ presence }, page, { actor }) => presence.visitPage(actor, page) },
};
