import type { ReactNode } from 'react';
import classes from './ChatList.module.css';

interface ListHeaderProps {
  title: string;
  /** How many there are, where that is known. */
  total?: number | undefined;
  action?: ReactNode;
  children?: ReactNode;
}

export function ListHeader({ title, total, action, children }: ListHeaderProps) {
  return (
    <header className={classes.header}>
      <div className={classes.titleLine}>
        <h2 id="list-title" className={classes.title}>
          {title}
        </h2>
        {total !== undefined && <span className={classes.total}>{total.toLocaleString()}</span>}
        <span className={classes.space} />
        {action}
      </div>
      {children}
    </header>
  );
}
