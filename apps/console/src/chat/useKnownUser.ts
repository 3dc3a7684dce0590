import type { Chat, UserPresence } from '@chat-server/client';
import { useReadable } from '@chat-server/client/react';
import { useEffect } from 'react';
import { useDesk } from '../desk/DeskContext.js';

/** Whether the user of a chat is there, and where on the site; null until it is known. */
export function useKnownUser(chat: Chat | null): UserPresence | null {
  const { client } = useDesk();
  const chatId = chat?.chatId;
  useEffect(() => {
    if (chatId) client.getUserPresence(chatId).catch(() => {}); // Then nothing is shown.
  }, [client, chatId]);
  return useReadable(chat && client.userPresence(chat.userId));
}
