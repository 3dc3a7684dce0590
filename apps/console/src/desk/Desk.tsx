/** Everything behind the door: one client of the server, and the panes around it. */
import { type AdminClient, connectAdmin } from '@chat-server/client';
import { VisuallyHidden } from '@mantine/core';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { Router } from 'wouter';
import { Announcer } from '../attention/Announcer.js';
import { Attention } from '../attention/Attention.js';
import { ChatPane } from '../chat/ChatPane.js';
import { Keys } from '../keys/Keys.js';
import { ChatList } from '../lists/ChatList.js';
import { OverviewPage } from '../overview/OverviewPage.js';
import type { Identity } from '../session/session.js';
import { ConfirmDialog } from '../shared/ConfirmDialog.js';
import { TeamPage } from '../team/TeamPage.js';
import { ConnectionBanner } from './ConnectionBanner.js';
import classes from './Desk.module.css';
import { DeskContext, type DeskValue, type Question } from './DeskContext.js';
import { isChatView, usePlace } from './place.js';
import { Rail } from './Rail.js';

interface DeskProps {
  identity: Identity;
  authMode: 'open' | 'token';
  onLeave(): void;
  /** The server does not take this identity (any more). */
  onRefused(reason: string): void;
}

export default function Desk({ identity, authMode, onLeave, onRefused }: DeskProps) {
  const { adminId, role } = identity;
  const [client, setClient] = useState<AdminClient | null>(null);

  useEffect(() => {
    const options = { url: location.origin, adminId, storage: localStorage };
    const made = connectAdmin(authMode === 'open' ? { ...options, role } : options);
    const stop = made.connection.subscribe(() => {
      const { status, error } = made.connection.get();
      if (status !== 'refused') return;
      const ended = authMode === 'token' && error?.code === 'unauthorized';
      onRefused(
        ended
          ? 'Your sign-in has ended. What you have written is kept: sign in again.'
          : (error?.message ?? 'The server has refused the connection.'),
      );
    });
    setClient(made);
    return () => {
      stop();
      made.close();
    };
  }, [adminId, role, authMode, onRefused]);

  if (!client) return null;
  return (
    <Router base="/console">
      <Panes client={client} identity={identity} authMode={authMode} onLeave={onLeave} />
    </Router>
  );
}

interface PanesProps extends Pick<DeskProps, 'identity' | 'authMode' | 'onLeave'> {
  client: AdminClient;
}

function Panes({ client, identity, authMode, onLeave }: PanesProps) {
  const [place, go] = usePlace();
  const [question, setQuestion] = useState<Question | null>(null);
  const [said, setSaid] = useState('');
  // Two equal sentences in a row differ by an invisible end, so that both are read.
  const announce = useCallback((text: string) => {
    setSaid((before) => (before === text ? `${text}\u00a0` : text));
  }, []);
  const desk = useMemo<DeskValue>(
    () => ({
      client,
      me: identity,
      authMode,
      place,
      go,
      ask: setQuestion,
      announce,
      leave: onLeave,
    }),
    [client, identity, authMode, place, go, announce, onLeave],
  );
  const { view, chatId } = place;

  return (
    <DeskContext value={desk}>
      <div className={classes.desk} data-view={view} data-chat={chatId !== null}>
        <Rail />
        <ConnectionBanner />
        {isChatView(view) && (
          <main className={classes.panes}>
            <VisuallyHidden component="h1">Chats</VisuallyHidden>
            <ChatList view={view} />
            <ChatPane key={chatId} chatId={chatId} />
          </main>
        )}
        {view === 'overview' && <OverviewPage />}
        {view === 'team' && <TeamPage />}
      </div>
      <Keys />
      <Attention />
      <Announcer text={said} />
      <ConfirmDialog question={question} onClose={() => setQuestion(null)} />
    </DeskContext>
  );
}
