import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { composerFocus, useDesk } from '../desk/DeskContext.js';
import { type ChatView, pathOf } from '../desk/place.js';
import { Avatar } from '../shared/Avatar.js';
import { nameOf } from '../shared/format.js';
import classes from './ChatRow.module.css';

export const ROW_HEIGHT = 70;

interface ChatRowProps {
  view: ChatView;
  chatId: string;
  userId: string;
  online?: boolean | undefined;
  /** Below the name. */
  text: ReactNode;
  /** Beside the name: a time. */
  aside: ReactNode;
  /** Beside the text. */
  badge?: ReactNode;
  strong?: boolean;
}

export function ChatRow(props: ChatRowProps) {
  const { view, chatId, userId, online, text, aside, badge, strong = false } = props;
  const { place } = useDesk();
  const name = nameOf(userId);
  return (
    <Link
      href={pathOf({ view, chatId })}
      className={classes.row}
      aria-current={place.chatId === chatId ? 'page' : undefined}
      data-strong={strong}
      onClick={(event) => {
        // A mouse means to write. Keys walk through the list, and a finger would raise the keyboard.
        if (event.detail > 0 && matchMedia('(hover: hover)').matches) composerFocus.ask(chatId);
      }}
    >
      <Avatar id={userId} online={online} />
      <span className={classes.middle}>
        <span className={classes.line}>
          <span className={classes.name} dir="auto" title={userId}>
            {name}
          </span>
          <span className={classes.aside}>{aside}</span>
        </span>
        <span className={classes.line}>
          <span className={classes.text} dir="auto">
            {text}
          </span>
          {badge}
        </span>
      </span>
    </Link>
  );
}
