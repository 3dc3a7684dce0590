/** What a waiting chat is about: the first thing its user wrote. */
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useDesk } from '../desk/DeskContext.js';

/** Rows that only pass by while somebody scrolls are not asked for; in milliseconds. */
const SETTLED = 150;
/** A chat begins before its first message: asked for again after so long, and then more and more seldom. */
const ASK_AGAIN = 2000;
const SELDOM = 60_000;

/** @returns null: nothing yet; undefined: not known yet */
export function useFirstMessage(chatId: string): string | null | undefined {
  const { client } = useDesk();
  const [shown, setShown] = useState(false);
  useEffect(() => setShown(true), []);
  const [settled] = useDebouncedValue(shown, SETTLED);
  const { data } = useQuery({
    queryKey: ['first message', chatId],
    queryFn: async () => {
      const entries = await client.getMessages(chatId, { afterSeq: 0, limit: 10 });
      return entries.find(({ kind }) => kind === 'message')?.content ?? null;
    },
    enabled: settled,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state }) =>
      state.data || state.error
        ? false
        : Math.min(ASK_AGAIN * 2 ** (state.dataUpdateCount - 1), SELDOM),
  });
  return data;
}
