import type { Chat } from '@chat-server/client';
import { Archive, TriangleAlert } from 'lucide-react';
import { useEffect } from 'react';
import { shownList, useDesk } from '../desk/DeskContext.js';
import { messageOf } from '../session/api.js';
import { durationText, whenText } from '../shared/format.js';
import { ChatRow, ROW_HEIGHT } from './ChatRow.js';
import { ListNotice, ListWaiting } from './ListNotice.js';
import { usePagedChats } from './usePagedChats.js';
import { VirtualList } from './VirtualList.js';

const keyOf = ({ chatId }: Chat) => chatId;
const row = (chat: Chat) => <EndedRow chat={chat} />;

/** The chats of this admin that are over, newest first. */
export function EndedList() {
  const { client, me, place } = useDesk();
  const { chats, more, isPending, error, retry } = usePagedChats(['ended', me.adminId], (cursor) =>
    client.getChats({ status: 'ended', ...(cursor && { cursor }) }),
  );

  useEffect(() => {
    shownList.view = 'mine';
    shownList.chatIds = chats.map(keyOf);
  }, [chats]);

  if (error) {
    const text = messageOf(error);
    return <ListNotice Icon={TriangleAlert} title="Not to be had" text={text} onRetry={retry} />;
  }
  if (isPending) return <ListWaiting />;
  if (chats.length === 0) {
    return <ListNotice Icon={Archive} title="Nothing yet" text="Chats that have ended are here." />;
  }
  return (
    <VirtualList
      label="My ended chats"
      items={chats}
      keyOf={keyOf}
      row={row}
      rowHeight={ROW_HEIGHT}
      selected={place.chatId}
      onEnd={more}
    />
  );
}

function EndedRow({ chat }: { chat: Chat }) {
  const { chatId, userId, createdAt, endedAt, endedBy } = chat;
  const lasted = Date.parse(endedAt ?? createdAt) - Date.parse(createdAt);
  const by = endedBy === userId ? 'the visitor' : endedBy;
  return (
    <ChatRow
      view="mine"
      chatId={chatId}
      userId={userId}
      text={`Ended by ${by} after ${durationText(lasted)}`}
      aside={whenText(endedAt ?? createdAt)}
    />
  );
}
