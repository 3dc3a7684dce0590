/** Events of `/admin`, one row each; names, payloads and answers are in `validations/events.ts`. */
import { toChatAssigned } from '../feed/Feed.js';
import type { Handlers } from './handlers.js';

export const adminHandlers: Handlers<'admin'> = {
  get_unassigned_chats: {
    handle: ({ chats }, query) => chats.getUnassignedChats(query),
    emits: ({ data }) => ['unassigned_chats', data.chats],
  },
  assign_chat: {
    handle: ({ chats }, { chatId }, { actor }) => chats.assignChat(actor, chatId),
    audits: 'everybody',
    // Everybody has heard of the first assignment; whoever says it again still gets an answer.
    emits: ({ data, repeat }) => (repeat ? ['chat_assigned', toChatAssigned(data)] : undefined),
  },
  unassign_chat: {
    handle: ({ chats }, { chatId }, { actor }) => chats.unassignChat(actor, chatId),
  },
  admin_message: { handle: ({ chats }, message, { actor }) => chats.sendMessage(actor, message) },
  end_chat: { handle: ({ chats }, { chatId }, { actor }) => chats.endChat(actor, chatId) },
  get_chat: {
    handle: ({ chats }, { chatId }, { actor }) => chats.getChat(actor, chatId),
    audits: 'supervisors',
  },
  get_messages: {
    handle: ({ chats }, query, { actor }) => chats.getMessages(actor, query),
    audits: 'supervisors',
  },
  get_chats: {
    handle: ({ chats }, query, { actor }) => chats.getChats(actor, query),
    audits: 'supervisors',
  },
  mark_messages: { handle: ({ chats }, marks, { actor }) => chats.markMessages(actor, marks) },
  typing: { handle: ({ presence }, typing, { actor }) => presence.typing(actor, typing) },
  get_user_presence: {
    handle: ({ presence }, { chatId }, { actor }) => presence.getUserPresence(actor, chatId),
  },
  look_at_chat: {
    handle: ({ viewers }, { chatId }, { actor, socketId = '' }) =>
      viewers.look(actor, chatId, socketId),
    audits: 'supervisors',
  },
  get_overview: { handle: ({ chats }) => chats.getOverview() },
};
