import type { AdminClient, Chat } from '@chat-server/client';
import { useTimeline } from '@chat-server/client/react';
import { SegmentedControl, VisuallyHidden } from '@mantine/core';
import { MessagesSquare } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { shownList, useDesk } from '../desk/DeskContext.js';
import { useCalm } from '../desk/useCalm.js';
import { whenText } from '../shared/format.js';
import classes from './ChatList.module.css';
import { ChatRow, ROW_HEIGHT } from './ChatRow.js';
import { EndedList } from './EndedList.js';
import { ListHeader } from './ListHeader.js';
import { ListNotice } from './ListNotice.js';
import { VirtualList } from './VirtualList.js';

const keyOf = ({ chatId }: Chat) => chatId;
const row = (chat: Chat) => <MineRow chat={chat} />;

export function MineList() {
  const { client, place } = useDesk();
  const mine = useCalm(client.mine);
  const [shown, setShown] = useState<'open' | 'ended'>('open');
  const sorted = useMemo(() => byActivity(client, mine), [client, mine]);

  useEffect(() => {
    if (shown !== 'open') return;
    shownList.view = 'mine';
    shownList.chatIds = sorted.map(keyOf);
  }, [sorted, shown]);

  return (
    <>
      <ListHeader title="My chats" total={mine.length}>
        <SegmentedControl
          size="xs"
          aria-label="Which of my chats"
          data={[
            { value: 'open', label: 'Open' },
            { value: 'ended', label: 'Ended' },
          ]}
          value={shown}
          onChange={(value) => setShown(value as 'open' | 'ended')}
        />
      </ListHeader>
      {shown === 'ended' ? (
        <EndedList />
      ) : sorted.length > 0 ? (
        <VirtualList
          label="My open chats"
          items={sorted}
          keyOf={keyOf}
          row={row}
          rowHeight={ROW_HEIGHT}
          selected={place.chatId}
        />
      ) : (
        <ListNotice
          Icon={MessagesSquare}
          title="You have no open chats"
          text="Take one from the queue, or press N for the one that has waited longest."
        />
      )}
    </>
  );
}

/** Where something was written last comes first. */
function byActivity(client: AdminClient, chats: readonly Chat[]): Chat[] {
  const times = new Map(
    chats.map((chat) => {
      const last = client.chat(chat.chatId).get().entries.at(-1);
      return [chat.chatId, last?.createdAt ?? chat.assignedAt ?? chat.createdAt];
    }),
  );
  const timeOf = ({ chatId }: Chat) => times.get(chatId) ?? '';
  return [...chats].sort((one, other) => (timeOf(one) < timeOf(other) ? 1 : -1));
}

function MineRow({ chat }: { chat: Chat }) {
  const { client } = useDesk();
  const { chatId, userId } = chat;
  const { entries, unread, typing } = useTimeline(client.chat(chatId));
  const presence = useCalm(client.userPresence(userId));
  const last = entries.findLast((entry) => !('kind' in entry) || entry.kind === 'message');

  useEffect(() => {
    client.getUserPresence(chatId).catch(() => {}); // The dot stays away.
  }, [client, chatId]);

  const own = last && (!('senderRole' in last) || last.senderRole === 'admin');
  const text = last ? `${own ? 'You: ' : ''}${last.content}` : 'Nothing written yet';
  return (
    <ChatRow
      view="mine"
      chatId={chatId}
      userId={userId}
      online={presence?.online}
      strong={unread > 0}
      text={typing ? <em className={classes.typing}>is typing …</em> : text}
      aside={whenText(last?.createdAt ?? chat.assignedAt ?? chat.createdAt)}
      badge={
        unread > 0 && (
          <span className={classes.unread}>
            {unread > 99 ? '99+' : unread}
            <VisuallyHidden> unread</VisuallyHidden>
          </span>
        )
      }
    />
  );
}
