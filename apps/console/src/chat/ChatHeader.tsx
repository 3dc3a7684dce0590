import type { Chat, UserPresence } from '@chat-server/client';
import { useReadable } from '@chat-server/client/react';
import { ActionIcon, Button, Kbd, Tooltip } from '@mantine/core';
import { ArrowLeft, CircleCheckBig, Eye, PanelRight, Undo2 } from 'lucide-react';
import { useDesk } from '../desk/DeskContext.js';
import { useDeskActions } from '../desk/useDeskActions.js';
import { Avatar } from '../shared/Avatar.js';
import { nameOf } from '../shared/format.js';
import classes from './ChatHeader.module.css';

interface ChatHeaderProps {
  chat: Chat;
  presence: UserPresence | null;
  detailsShown: boolean;
  onDetails(): void;
  onBack(): void;
}

export function ChatHeader({ chat, presence, detailsShown, onDetails, onBack }: ChatHeaderProps) {
  const { me } = useDesk();
  const { giveBack, end } = useDeskActions();
  const { chatId, userId, status, adminId } = chat;
  const runs = status === 'assigned' && (adminId === me.adminId || me.role === 'supervisor');
  const mayEnd = runs || (status === 'unassigned' && me.role === 'supervisor');

  return (
    <header className={classes.header}>
      <ActionIcon
        className={classes.back}
        variant="subtle"
        color="gray"
        size="lg"
        aria-label="Back to the list"
        onClick={onBack}
      >
        <ArrowLeft size={20} />
      </ActionIcon>
      <Avatar id={userId} size={38} online={presence?.online} />
      <div className={classes.who}>
        <h2 id="chat-title" className={classes.name} title={userId}>
          <bdi>{nameOf(userId)}</bdi>
        </h2>
        <div className={classes.where}>{whereOf(chat, presence)}</div>
      </div>
      <Viewers chatId={chatId} />
      <div className={classes.actions}>
        {runs && (
          <Tooltip label={<Hint text="Put back into the queue" keys="B" />}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label="Put back into the queue"
              onClick={() => void giveBack(chatId)}
            >
              <Undo2 size={19} />
            </ActionIcon>
          </Tooltip>
        )}
        {mayEnd && (
          <Tooltip label={<Hint text="End this chat" keys="E" />}>
            <Button
              className={classes.end}
              variant="default"
              size="xs"
              aria-label="End chat"
              leftSection={<CircleCheckBig size={15} />}
              onClick={() => end(chatId)}
            >
              <span className={classes.endText}>End chat</span>
            </Button>
          </Tooltip>
        )}
        <Tooltip label={<Hint text={detailsShown ? 'Hide details' : 'Show details'} keys="I" />}>
          <ActionIcon
            id="toggle-details"
            variant="subtle"
            color="gray"
            size="lg"
            aria-label="Details"
            aria-pressed={detailsShown}
            onClick={onDetails}
          >
            <PanelRight size={19} />
          </ActionIcon>
        </Tooltip>
      </div>
    </header>
  );
}

function Hint({ text, keys }: { text: string; keys: string }) {
  return (
    <span className={classes.hint}>
      {text} <Kbd size="xs">{keys}</Kbd>
    </span>
  );
}

function whereOf({ status, adminId }: Chat, presence: UserPresence | null): string {
  if (status === 'ended') return 'Ended';
  const presenceText = presence?.online
    ? presence.page
      ? presence.page.title || 'Online'
      : 'Online'
    : 'Away';
  if (status === 'unassigned') return presence ? `Waiting · ${presenceText}` : 'Waiting';
  return presence ? presenceText : (adminId ?? '');
}

/** The other admins who have this chat before their eyes. */
function Viewers({ chatId }: { chatId: string }) {
  const { client, me } = useDesk();
  const viewers = useReadable(client.viewers);
  const others =
    viewers?.chatId === chatId ? viewers.adminIds.filter((adminId) => adminId !== me.adminId) : [];
  const [first, second] = others;
  if (first === undefined) return null;
  const names =
    others.length > 2
      ? `${first} and ${others.length - 1} others`
      : second
        ? `${first} and ${second}`
        : first;
  const text = `${names} ${others.length > 1 ? 'are' : 'is'} looking`;
  return (
    <Tooltip
      label={`${others.join(', ')} ${others.length > 1 ? 'are' : 'is'} looking at this chat too`}
    >
      <span className={classes.viewers} role="status">
        <Eye size={14} aria-hidden="true" />
        <span className={classes.viewersText}>{text}</span>
      </span>
    </Tooltip>
  );
}
