import type { ChatTimeline } from '@chat-server/client';
import { Button, VisuallyHidden } from '@mantine/core';
import { Check, CheckCheck, Clock3, TriangleAlert } from 'lucide-react';
import { memo } from 'react';
import { useDesk } from '../desk/DeskContext.js';
import { clockText, fullText, nameOf } from '../shared/format.js';
import classes from './MessageRow.module.css';
import { MessageText } from './MessageText.js';
import { isKept, isSameRow, type MessageRow as Row } from './rows.js';

interface MessageRowProps {
  row: Row;
  timeline: ChatTimeline;
}

const isSame = (one: MessageRowProps, other: MessageRowProps) =>
  one.timeline === other.timeline && isSameRow(one.row, other.row);

export const MessageRow = memo(({ row, timeline }: MessageRowProps) => {
  const { me } = useDesk();
  const { entry, own, first, last } = row;
  const failed = !isKept(entry) && entry.state === 'failed';
  const colleague = own && isKept(entry) && entry.senderId !== me.adminId;
  const sender = isKept(entry) ? entry.senderId : me.adminId;
  return (
    <article className={classes.message} data-own={own} data-first={first} data-failed={failed}>
      <VisuallyHidden>{own && !colleague ? 'You' : nameOf(sender)}: </VisuallyHidden>
      {colleague && first && (
        <div className={classes.sender} aria-hidden="true">
          {sender}
        </div>
      )}
      <div className={classes.bubble} dir="auto">
        {isKept(entry) && entry.erasedAt ? (
          <em>Erased on {fullText(entry.erasedAt)}</em>
        ) : (
          <MessageText text={entry.content} />
        )}
      </div>
      {failed && !isKept(entry) && (
        <div className={classes.failure} role="alert">
          <TriangleAlert size={14} aria-hidden="true" />
          <span>Not sent. {entry.error?.message}</span>
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => timeline.retry(entry.clientMessageId)}
          >
            Try again
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            onClick={() => timeline.discard(entry.clientMessageId)}
          >
            Discard
          </Button>
        </div>
      )}
      {(last || (own && !isKept(entry))) && !failed && (
        <div className={classes.foot}>
          <time dateTime={entry.createdAt} title={fullText(entry.createdAt)}>
            {clockText(entry.createdAt)}
          </time>
          {own && <State state={entry.state ?? 'sent'} />}
        </div>
      )}
    </article>
  );
}, isSame);
MessageRow.displayName = 'MessageRow';

type MessageState = 'sending' | 'sent' | 'delivered' | 'seen' | 'failed';

const states = {
  sending: { Icon: Clock3, text: 'Sending' },
  sent: { Icon: Check, text: 'Sent' },
  delivered: { Icon: CheckCheck, text: 'Delivered' },
  seen: { Icon: CheckCheck, text: 'Seen' },
  failed: { Icon: TriangleAlert, text: 'Not sent' },
};

function State({ state }: { state: MessageState }) {
  const { Icon, text } = states[state];
  return (
    <span className={classes.state} data-state={state} title={text}>
      <Icon size={14} aria-hidden="true" />
      <VisuallyHidden>{text}</VisuallyHidden>
    </span>
  );
}
