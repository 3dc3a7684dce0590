import type { Chat } from '@chat-server/client';
import { SegmentedControl, SimpleGrid, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Rows3, SearchX, ShieldAlert, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { shownList, useDesk } from '../desk/DeskContext.js';
import { messageOf } from '../session/api.js';
import { idProblem } from '../session/session.js';
import { whenText } from '../shared/format.js';
import classes from './ChatList.module.css';
import { ChatRow, ROW_HEIGHT } from './ChatRow.js';
import { ListHeader } from './ListHeader.js';
import { ListNotice, ListWaiting } from './ListNotice.js';
import { usePagedChats } from './usePagedChats.js';
import { VirtualList } from './VirtualList.js';
import { WaitTime } from './WaitTime.js';

const keyOf = ({ chatId }: Chat) => chatId;
const row = (chat: Chat) => <AnyRow chat={chat} />;

type Status = 'open' | 'ended' | 'any';

/** Everybody's chats, for supervisors. */
export function AllList() {
  const { me } = useDesk();
  if (me.role === 'supervisor') return <SupervisorsList />;
  return (
    <>
      <ListHeader title="All chats" />
      <ListNotice
        Icon={ShieldAlert}
        title="For supervisors"
        text="Only a supervisor sees the chats of everybody."
      />
    </>
  );
}

function SupervisorsList() {
  const { client, place } = useDesk();
  const [status, setStatus] = useState<Status>('open');
  const [admin, setAdmin] = useState('');
  const [user, setUser] = useState('');
  const [ofAdmin] = useDebouncedValue(idOrNothing(admin), 300);
  const [ofUser] = useDebouncedValue(idOrNothing(user), 300);
  const filtered = status !== 'open' || ofAdmin !== undefined || ofUser !== undefined;
  const { chats, more, isPending, error, retry } = usePagedChats(
    ['all', status, ofAdmin, ofUser],
    (cursor) =>
      client.getAllChats({
        status: status === 'any' ? undefined : status,
        ofAdmin,
        ofUser,
        cursor,
      }),
  );

  useEffect(() => {
    shownList.view = 'all';
    shownList.chatIds = chats.map(keyOf);
  }, [chats]);

  return (
    <>
      <ListHeader title="All chats">
        <div className={classes.filters}>
          <SegmentedControl
            size="xs"
            aria-label="Which chats"
            data={[
              { value: 'open', label: 'Open' },
              { value: 'ended', label: 'Ended' },
              { value: 'any', label: 'All' },
            ]}
            value={status}
            onChange={(value) => setStatus(value as Status)}
          />
          <SimpleGrid cols={2} spacing={8}>
            <TextInput
              size="xs"
              type="search"
              id="list-search"
              aria-label="Only chats of this admin"
              placeholder="Admin"
              autoCapitalize="none"
              spellCheck={false}
              value={admin}
              onChange={(event) => setAdmin(event.currentTarget.value)}
            />
            <TextInput
              size="xs"
              type="search"
              aria-label="Only chats of this visitor"
              placeholder="Visitor’s id"
              autoCapitalize="none"
              spellCheck={false}
              value={user}
              onChange={(event) => setUser(event.currentTarget.value)}
            />
          </SimpleGrid>
        </div>
      </ListHeader>
      {error ? (
        <ListNotice
          Icon={TriangleAlert}
          title="Not to be had"
          text={messageOf(error)}
          onRetry={retry}
        />
      ) : isPending ? (
        <ListWaiting />
      ) : chats.length > 0 ? (
        <VirtualList
          label="All chats, newest first"
          items={chats}
          keyOf={keyOf}
          row={row}
          rowHeight={ROW_HEIGHT}
          selected={place.chatId}
          onEnd={more}
        />
      ) : filtered ? (
        <ListNotice Icon={SearchX} title="No such chats" text="Nothing matches these filters." />
      ) : (
        <ListNotice Icon={Rows3} title="All quiet" text="No chat is open just now." />
      )}
    </>
  );
}

/** An id that is not one yet would be refused. */
function idOrNothing(text: string): string | undefined {
  const id = text.trim();
  return idProblem(id) === null ? id.normalize('NFC') : undefined;
}

function AnyRow({ chat }: { chat: Chat }) {
  const { chatId, userId, adminId, status, createdAt, endedAt } = chat;
  return (
    <ChatRow
      view="all"
      chatId={chatId}
      userId={userId}
      text={
        <span className={classes.status} data-status={status}>
          {status === 'unassigned' ? 'Waiting' : `${adminId ?? 'Nobody'}`}
          {status === 'ended' && ' · ended'}
        </span>
      }
      aside={
        status === 'unassigned' ? <WaitTime since={createdAt} /> : whenText(endedAt ?? createdAt)
      }
    />
  );
}
