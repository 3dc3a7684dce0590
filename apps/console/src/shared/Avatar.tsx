import type { CSSProperties } from 'react';
import classes from './Avatar.module.css';
import { hueOf, initialsOf, nameOf } from './format.js';

interface AvatarProps {
  id: string;
  size?: number;
  /** Shows a dot: green when connected. Undefined: nothing is known. */
  online?: boolean | undefined;
}

export function Avatar({ id, size = 36, online }: AvatarProps) {
  const style = { '--hue': hueOf(id), '--size': `${size}px` } as CSSProperties;
  return (
    <span className={classes.avatar} style={style} aria-hidden="true">
      {initialsOf(nameOf(id))}
      {online !== undefined && <span className={classes.dot} data-online={online} />}
    </span>
  );
}
