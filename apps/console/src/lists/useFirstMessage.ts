/** What a waiting chat is about: the first thing its user wrote. */
import type { Message } from '@chat-server/client';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useDesk } from '../desk/DeskContext.js';
import { api } from '../session/api.js';

/** Rows that only pass by while somebody scrolls are not asked for; in milliseconds. */
const SETTLED = 150;
/** A chat begins before its first message; in milliseconds. */
const ASK_AGAIN = 3000;

/** @returns null: nothing yet; undefined: not known yet */
export function useFirstMessage(chatId: string): string | null | undefined {
  const { me } = useDesk();
  const [shown, setShown] = useState(false);
  useEffect(() => setShown(true), []);
  const [settled] = useDebouncedValue(shown, SETTLED);
  const { data } = useQuery({
    queryKey: ['first message', chatId],
    queryFn: async () => {
      const query = new URLSearchParams({ adminId: me.adminId, afterSeq: '0', limit: '10' });
      const { messages } = await api<{ messages: Message[] }>(
        'GET',
        `/admin/chats/${chatId}/messages?${query}`,
      );
      return messages.find(({ kind }) => kind === 'message')?.content ?? null;
    },
    enabled: settled,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state }) => (state.data || state.error ? false : ASK_AGAIN),
  });
  return data;
}
