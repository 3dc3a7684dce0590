import type { Chat, ChatsPage } from '@chat-server/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';

/** How often what is shown is brought up to date, in milliseconds. */
const REFRESH = 10_000;

/** A list that is read page by page, as far as somebody scrolls. */
export function usePagedChats(
  key: readonly unknown[],
  page: (cursor: string | undefined) => Promise<ChatsPage>,
) {
  const query = useInfiniteQuery({
    queryKey: ['chats', ...key],
    queryFn: ({ pageParam }) => page(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) <= 2 ? REFRESH : false),
  });
  const { data, hasNextPage, isFetching, fetchNextPage } = query;
  const chats = useMemo(() => data?.pages.flatMap(({ chats: some }): Chat[] => some) ?? [], [data]);
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  return { chats, more, isPending: query.isPending, error: query.error, retry: query.refetch };
}
