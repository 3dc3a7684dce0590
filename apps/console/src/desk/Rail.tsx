/** The places of the console; on a phone at its foot. */
import { Tooltip, VisuallyHidden } from '@mantine/core';
import {
  ChartNoAxesCombined,
  Inbox,
  type LucideIcon,
  MessagesSquare,
  Rows3,
  Users,
} from 'lucide-react';
import { Link } from 'wouter';
import { Logo } from '../shared/Logo.js';
import { ThemeButton } from '../shared/ThemeButton.js';
import { useDesk } from './DeskContext.js';
import { MeMenu } from './MeMenu.js';
import { pathOf, type View } from './place.js';
import classes from './Rail.module.css';
import { useCalm } from './useCalm.js';
import { useUnread } from './useUnread.js';

interface PlaceItem {
  view: View;
  label: string;
  Icon: LucideIcon;
  count?: number;
  /** What the number counts, for those who hear it. */
  counts?: string;
  urgent?: boolean;
}

export function Rail() {
  const { client, me, authMode, place } = useDesk();
  const { chats } = useCalm(client.queue);
  const unread = useUnread(client);
  const items: PlaceItem[] = [
    { view: 'queue', label: 'Queue', Icon: Inbox, count: chats.length, counts: 'waiting' },
    {
      view: 'mine',
      label: 'My chats',
      Icon: MessagesSquare,
      count: unread,
      counts: 'unread',
      urgent: true,
    },
  ];
  if (me.role === 'supervisor') items.push({ view: 'all', label: 'All chats', Icon: Rows3 });
  items.push({ view: 'overview', label: 'Overview', Icon: ChartNoAxesCombined });
  if (me.role === 'supervisor' && authMode === 'token') {
    items.push({ view: 'team', label: 'Team', Icon: Users });
  }

  return (
    <nav className={classes.rail} aria-label="Console">
      <span className={classes.logo}>
        <Logo size={32} />
      </span>
      {items.map(({ view, label, Icon, count = 0, counts, urgent = false }) => (
        <Tooltip key={view} label={label} position="right" openDelay={400}>
          <Link
            href={pathOf({ view, chatId: null })}
            className={classes.item}
            aria-current={place.view === view ? 'page' : undefined}
          >
            <span className={classes.icon}>
              <Icon size={21} strokeWidth={1.9} aria-hidden="true" />
              {count > 0 && (
                <span className={classes.count} data-urgent={urgent} aria-hidden="true">
                  {count > 999 ? '999+' : count}
                </span>
              )}
            </span>
            <span className={classes.label}>{label}</span>
            {count > 0 && (
              <VisuallyHidden>
                , {count} {counts}
              </VisuallyHidden>
            )}
          </Link>
        </Tooltip>
      ))}
      <span className={classes.space} />
      <span className={classes.theme}>
        <ThemeButton />
      </span>
      <MeMenu />
    </nav>
  );
}
