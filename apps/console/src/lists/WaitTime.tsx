import { VisuallyHidden } from '@mantine/core';
import { waitText } from '../shared/format.js';
import { useNow } from '../shared/useNow.js';
import classes from './ChatList.module.css';

/** From when on a wait is long, and too long; in milliseconds. */
const LATE = 2 * 60_000;
const OVERDUE = 5 * 60_000;

/** How long somebody has waited, running. */
export function WaitTime({ since }: { since: string }) {
  const waited = useNow() - Date.parse(since);
  const urgency = waited >= OVERDUE ? 'overdue' : waited >= LATE ? 'late' : 'calm';
  return (
    <span className={classes.wait} data-urgency={urgency}>
      <VisuallyHidden>waiting </VisuallyHidden>
      {waitText(waited)}
    </span>
  );
}
