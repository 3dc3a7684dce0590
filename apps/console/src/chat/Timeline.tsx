/** The entries of a chat, of which only those in sight are in the page. */
import type { Chat, ChatTimeline, TimelineState } from '@chat-server/client';
import { Button } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useDesk } from '../desk/DeskContext.js';
import { Busy } from '../shared/Busy.js';
import { count, nameOf } from '../shared/format.js';
import { EventRow } from './EventRow.js';
import { MessageRow } from './MessageRow.js';
import { type Row, rowsOf } from './rows.js';
import classes from './Timeline.module.css';
import { useSeen } from './useSeen.js';

/** Older messages are fetched when this many rows or fewer are above what is in sight. */
const LOAD_AHEAD = 15;

interface TimelineProps {
  timeline: ChatTimeline;
  state: TimelineState;
  chat: Chat;
}

export function Timeline({ timeline, state, chat }: TimelineProps) {
  const { me } = useDesk();
  const { entries, hasOlder, loading, typing } = state;
  const scroller = useRef<HTMLDivElement>(null);
  const isMine = chat.adminId === me.adminId;
  // Where reading begins is decided when the chat is opened, and stays while one reads on.
  const [unreadAfter] = useState(() =>
    isMine && state.unread > 0 ? chat.marks.admin.seenSeq : null,
  );
  const rows = useMemo(() => rowsOf(entries, unreadAfter), [entries, unreadAfter]);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => guessHeight(rows[index] as Row),
    getItemKey: (index) => (rows[index] as Row).key,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: 60,
    overscan: 10,
    paddingStart: 16,
    paddingEnd: 16,
  });
  const items = virtualizer.getVirtualItems();
  const [atEnd, setAtEnd] = useState(true);
  const firstIndex = items[0]?.index ?? 0;

  const begun = useRef(false);
  useLayoutEffect(() => {
    if (begun.current || rows.length === 0) return;
    begun.current = true;
    virtualizer.scrollToEnd();
  }, [rows.length, virtualizer]);

  useEffect(() => {
    if (!begun.current || !hasOlder || loading || firstIndex > LOAD_AHEAD) return;
    timeline.loadOlder().catch(() => {}); // The connection says why; scrolling tries again.
  }, [firstIndex, hasOlder, loading, timeline]);

  const onScroll = useCallback(() => setAtEnd(virtualizer.isAtEnd(60)), [virtualizer]);
  const unseen = useSeen({ timeline, state, isMine, atEnd });

  return (
    <div className={classes.area}>
      <div
        ref={scroller}
        className={classes.scroller}
        role="log"
        aria-live="off"
        aria-label={`Messages with ${nameOf(chat.userId)}`}
        aria-busy={loading}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keys
        tabIndex={0}
        onScroll={onScroll}
      >
        {loading && hasOlder && (
          <div className={classes.older}>
            <Busy size="xs" label="Loading older messages" />
          </div>
        )}
        {!loading && rows.length === 0 && (
          <p className={classes.nothing}>Nothing has been written yet.</p>
        )}
        <div className={classes.list} style={{ height: virtualizer.getTotalSize() }}>
          {items.map(({ index, key, start }) => (
            <div
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              className={classes.row}
              style={{ transform: `translateY(${start}px)` }}
            >
              <AnyRow row={rows[index] as Row} chat={chat} timeline={timeline} />
            </div>
          ))}
        </div>
      </div>
      {!atEnd && rows.length > 0 && (
        <Button
          className={classes.down}
          size="xs"
          radius="xl"
          variant={unseen > 0 ? 'filled' : 'default'}
          leftSection={<ArrowDown size={15} />}
          onClick={() => virtualizer.scrollToEnd({ behavior: 'auto' })}
        >
          {unseen > 0 ? count(unseen, 'new message') : 'Newest'}
        </Button>
      )}
      {typing && (
        <div className={classes.typing} data-preview={typing.preview !== undefined}>
          <span className={classes.dots} aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          <span className={classes.typingText}>
            {typing.preview ? (
              <>
                <span className={classes.typingName}>{nameOf(typing.senderId)} is typing</span>{' '}
                <bdi>{typing.preview}</bdi>
              </>
            ) : (
              `${nameOf(typing.senderId)} is typing …`
            )}
          </span>
        </div>
      )}
    </div>
  );
}

interface AnyRowProps {
  row: Row;
  chat: Chat;
  timeline: ChatTimeline;
}

function AnyRow({ row, chat, timeline }: AnyRowProps) {
  return (
    <>
      {row.day && <div className={classes.day}>{row.day}</div>}
      {row.kind === 'event' ? (
        <EventRow entry={row.entry} userId={chat.userId} />
      ) : (
        <>
          {row.fresh && <div className={classes.unread}>New</div>}
          <MessageRow row={row} timeline={timeline} />
        </>
      )}
    </>
  );
}

/** Before it has been measured. The nearer, the less the scroll bar moves about. */
function guessHeight(row: Row): number {
  if (row.kind === 'event') return 36;
  const lines = Math.min(40, Math.ceil(row.entry.content.length / 62));
  return 20 + lines * 20 + (row.first ? 10 : 2) + (row.last ? 18 : 0);
}
