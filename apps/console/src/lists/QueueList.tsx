import type { Chat } from '@chat-server/client';
import { Button, CloseButton, Kbd, TextInput } from '@mantine/core';
import { Inbox, Search, SearchX } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { shownList, useDesk } from '../desk/DeskContext.js';
import { useCalm } from '../desk/useCalm.js';
import { useDeskActions } from '../desk/useDeskActions.js';
import { nameOf } from '../shared/format.js';
import { ChatRow, ROW_HEIGHT } from './ChatRow.js';
import { ListHeader } from './ListHeader.js';
import { ListNotice, ListWaiting } from './ListNotice.js';
import { useFirstMessage } from './useFirstMessage.js';
import { VirtualList } from './VirtualList.js';
import { WaitTime } from './WaitTime.js';

const keyOf = ({ chatId }: Chat) => chatId;
const row = (chat: Chat) => <QueueRow chat={chat} />;

/** From how many on a field to find one is worth its place. */
const MANY = 12;

export function QueueList() {
  const { client, place } = useDesk();
  const { takeOldest } = useDeskActions();
  const { chats, complete } = useCalm(client.queue);
  const [wanted, setWanted] = useState('');
  const found = useMemo(() => matching(chats, wanted), [chats, wanted]);

  useEffect(() => {
    shownList.view = 'queue';
    shownList.chatIds = found.map(keyOf);
  }, [found]);

  return (
    <>
      <ListHeader
        title="Queue"
        total={complete ? chats.length : undefined}
        action={
          <Button
            size="compact-sm"
            variant="light"
            disabled={chats.length === 0}
            rightSection={<Kbd size="xs">N</Kbd>}
            onClick={() => void takeOldest()}
          >
            Take next
          </Button>
        }
      >
        {(chats.length > MANY || wanted !== '') && (
          <TextInput
            size="xs"
            type="search"
            id="list-search"
            aria-label="Find a waiting visitor"
            placeholder="Find a visitor"
            leftSection={<Search size={14} aria-hidden="true" />}
            rightSection={
              wanted && <CloseButton size="sm" aria-label="Clear" onClick={() => setWanted('')} />
            }
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value)}
          />
        )}
      </ListHeader>
      {found.length > 0 ? (
        <VirtualList
          label="Waiting chats, oldest first"
          items={found}
          keyOf={keyOf}
          row={row}
          rowHeight={ROW_HEIGHT}
          selected={place.chatId}
        />
      ) : wanted ? (
        <ListNotice Icon={SearchX} title="Nobody by that name" text="No waiting visitor matches." />
      ) : complete ? (
        <ListNotice
          Icon={Inbox}
          title="Nobody is waiting"
          text="New chats appear here by themselves, with a tone if you allow it."
        />
      ) : (
        <ListWaiting />
      )}
    </>
  );
}

function matching(chats: readonly Chat[], wanted: string): readonly Chat[] {
  const text = wanted.trim().toLowerCase();
  if (!text) return chats;
  return chats.filter(({ userId }) => `${userId}\n${nameOf(userId)}`.toLowerCase().includes(text));
}

function QueueRow({ chat: { chatId, userId, createdAt } }: { chat: Chat }) {
  const about = useFirstMessage(chatId);
  return (
    <ChatRow
      view="queue"
      chatId={chatId}
      userId={userId}
      text={about === null ? <i>Has not written yet</i> : about}
      aside={<WaitTime since={createdAt} />}
    />
  );
}
