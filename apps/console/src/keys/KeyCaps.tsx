import { Kbd } from '@mantine/core';
import classes from './Keys.module.css';
import { keyCaps } from './useKeyListener.js';

export function KeyCaps({ keys }: { keys: string }) {
  return (
    <span className={classes.caps}>
      {keyCaps(keys).map((cap) => (
        <Kbd key={cap} size="xs">
          {cap}
        </Kbd>
      ))}
    </span>
  );
}
