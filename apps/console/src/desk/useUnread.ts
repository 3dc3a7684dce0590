import type { AdminClient } from '@chat-server/client';
import { useCalm } from './useCalm.js';

/**
 * How many messages in the admin's own chats have not been seen. It comes from the marks that the
 * server keeps, so every tab counts the same.
 */
export function useUnread(client: AdminClient): number {
  const mine = useCalm(client.mine);
  let unread = 0;
  for (const { chatId } of mine) unread += client.chat(chatId).get().unread;
  return unread;
}
