import { Button } from '@mantine/core';
import type { LucideIcon } from 'lucide-react';
import { Busy } from '../shared/Busy.js';
import classes from './ChatList.module.css';

interface ListNoticeProps {
  Icon: LucideIcon;
  title: string;
  text: string;
  onRetry?: () => void;
}

/** In the place of a list that has nothing in it. */
export function ListNotice({ Icon, title, text, onRetry }: ListNoticeProps) {
  return (
    <div className={classes.notice}>
      <span className={classes.noticeIcon}>
        <Icon size={22} aria-hidden="true" />
      </span>
      <div className={classes.noticeTitle}>{title}</div>
      <div className={classes.noticeText}>{text}</div>
      {onRetry && (
        <Button size="xs" variant="default" mt="sm" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

export function ListWaiting() {
  return (
    <div className={classes.notice}>
      <Busy size="sm" />
    </div>
  );
}
