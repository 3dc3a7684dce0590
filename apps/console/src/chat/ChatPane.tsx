/** The chat before one's eyes, or what to do where there is none. */
import { useTimeline } from '@chat-server/client/react';
import { Button, Drawer, Kbd } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { EyeOff, MessageCircle } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useDesk } from '../desk/DeskContext.js';
import { useSettings } from '../desk/settings.js';
import { useCalm } from '../desk/useCalm.js';
import { useDeskActions } from '../desk/useDeskActions.js';
import { Busy } from '../shared/Busy.js';
import { ChatHeader } from './ChatHeader.js';
import classes from './ChatPane.module.css';
import { Details } from './Details.js';
import { Footer } from './Footer.js';
import { Timeline } from './Timeline.js';
import { useKnownUser } from './useKnownUser.js';

export function ChatPane({ chatId }: { chatId: string | null }) {
  return chatId ? <OpenChat chatId={chatId} /> : <NoChat />;
}

function OpenChat({ chatId }: { chatId: string }) {
  const { client, me, place, go } = useDesk();
  const timeline = client.chat(chatId);
  const state = useTimeline(timeline);
  const wide = useMediaQuery('(min-width: 1180px)', true, { getInitialValueInEffect: false });
  const [settings, change] = useSettings();
  const [drawer, setDrawer] = useState(false);
  const { chat, gone } = state;
  const presence = useKnownUser(chat);

  // Says that one looks, while somebody really does.
  useEffect(() => {
    const look = () => client.lookAtChat(document.hidden ? null : chatId).catch(() => {});
    void look();
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      client.lookAtChat(null).catch(() => {});
    };
  }, [client, chatId]);

  if (gone || (chat && !mayRead(chat, me))) return <GoneChat adminId={chat?.adminId ?? null} />;
  if (!chat) {
    return (
      <section className={classes.empty} data-pane="chat" aria-label="Chat" aria-busy="true">
        <Busy size="sm" />
      </section>
    );
  }
  const details = <Details chat={chat} presence={presence} />;
  const beside = wide && settings.details;
  return (
    <section
      className={classes.pane}
      data-pane="chat"
      data-beside={beside}
      aria-labelledby="chat-title"
    >
      <ChatHeader
        chat={chat}
        presence={presence}
        detailsShown={wide ? settings.details : drawer}
        onDetails={() => (wide ? change({ details: !settings.details }) : setDrawer(!drawer))}
        onBack={() => go({ view: place.view, chatId: null })}
      />
      <Timeline timeline={timeline} state={state} chat={chat} />
      <Footer chat={chat} timeline={timeline} />
      {beside && (
        <aside className={classes.aside} aria-label="About this chat">
          {details}
        </aside>
      )}
      <Drawer
        opened={!wide && drawer}
        onClose={() => setDrawer(false)}
        position="right"
        size={320}
        title="About this chat"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {details}
      </Drawer>
    </section>
  );
}

/** The server's rule R2 and R5; it decides, this tells what has just changed. */
function mayRead(
  { status, adminId }: { status: string; adminId: string | null },
  me: { adminId: string; role: string },
): boolean {
  return me.role === 'supervisor' || status === 'unassigned' || adminId === me.adminId;
}

function NoChat() {
  const { client, place } = useDesk();
  const { chats } = useCalm(client.queue);
  const { takeOldest } = useDeskActions();
  return (
    <section className={classes.empty} data-pane="chat" aria-label="Chat">
      <span className={classes.emptyIcon}>
        <MessageCircle size={26} aria-hidden="true" />
      </span>
      <h2 className={classes.emptyTitle}>No chat open</h2>
      <p className={classes.emptyText}>
        Choose one from the list, with <Kbd size="xs">J</Kbd> and <Kbd size="xs">K</Kbd>, or take
        the visitor who has waited longest.
      </p>
      {place.view !== 'all' && (
        <Button
          variant="light"
          disabled={chats.length === 0}
          rightSection={<Kbd size="xs">N</Kbd>}
          onClick={() => void takeOldest()}
        >
          Take next
        </Button>
      )}
    </section>
  );
}

function GoneChat({ adminId }: { adminId: string | null }) {
  const { place, go } = useDesk();
  return (
    <section className={classes.empty} data-pane="chat" aria-label="Chat">
      <span className={classes.emptyIcon}>
        <EyeOff size={24} aria-hidden="true" />
      </span>
      <h2 className={classes.emptyTitle}>
        {adminId === null ? 'This chat is not yours to see' : `${adminId} has this chat`}
      </h2>
      <p className={classes.emptyText}>
        {adminId === null
          ? 'It may be somebody else’s, or there is none of this address.'
          : 'They were faster. You see it again when it is back in the queue.'}
      </p>
      <Button variant="default" onClick={() => go({ view: place.view, chatId: null })}>
        Back to the list
      </Button>
    </section>
  );
}
