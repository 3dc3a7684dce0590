/** Below the timeline: where one writes, or why one cannot. */
import type { Chat, ChatTimeline } from '@chat-server/client';
import { Button, Kbd } from '@mantine/core';
import { useState } from 'react';
import { useDesk } from '../desk/DeskContext.js';
import { useDeskActions } from '../desk/useDeskActions.js';
import { clockText, nameOf } from '../shared/format.js';
import { Composer } from './Composer.js';
import classes from './Footer.module.css';

interface FooterProps {
  chat: Chat;
  timeline: ChatTimeline;
}

export function Footer({ chat, timeline }: FooterProps) {
  const { me } = useDesk();
  const { chatId, userId, adminId, status, endedAt, endedBy } = chat;
  if (status === 'ended') {
    const by = endedBy === userId ? nameOf(userId) : endedBy === me.adminId ? 'you' : endedBy;
    return (
      <footer id="chat-ended" tabIndex={-1} className={classes.notice}>
        <span>
          Ended by {by}
          {endedAt && ` at ${clockText(endedAt)}`}. Nothing can follow.
        </span>
      </footer>
    );
  }
  if (status === 'unassigned') return <TakeFooter chatId={chatId} userId={userId} />;
  if (adminId === me.adminId)
    return <Composer chatId={chatId} userId={userId} timeline={timeline} />;
  return (
    <footer className={classes.notice}>
      <span>
        <b>{adminId}</b> has this chat. You see it as a supervisor.
      </span>
    </footer>
  );
}

function TakeFooter({ chatId, userId }: { chatId: string; userId: string }) {
  const { take } = useDeskActions();
  const [taking, setTaking] = useState(false);
  return (
    <footer className={classes.notice}>
      <span className={classes.invitation}>{nameOf(userId)} is waiting for somebody.</span>
      <Button
        loading={taking}
        rightSection={<Kbd size="xs">C</Kbd>}
        onClick={() => {
          setTaking(true);
          void take(chatId).finally(() => setTaking(false));
        }}
      >
        Take this chat
      </Button>
    </footer>
  );
}
