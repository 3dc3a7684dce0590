/** A list of links of which only those in sight are in the page. Arrow keys walk through all of them. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import classes from './VirtualList.module.css';

interface VirtualListProps<T> {
  label: string;
  items: readonly T[];
  keyOf(item: T): string;
  /** Height of each row, in pixels. */
  rowHeight: number;
  row(item: T): ReactNode;
  /** Key of the row that is kept in sight. */
  selected: string | null;
  /** Called near the end, when there may be more. */
  onEnd?: (() => void) | undefined;
}

export function VirtualList<T>(props: VirtualListProps<T>) {
  const { label, items, keyOf, rowHeight, row, selected, onEnd } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => keyOf(items[index] as T),
    overscan: 8,
  });
  const rows = virtualizer.getVirtualItems();
  const lastIndex = rows.at(-1)?.index ?? -1;

  useEffect(() => {
    if (lastIndex >= items.length - 5) onEnd?.();
  }, [lastIndex, items.length, onEnd]);

  // Only when another one is selected, not when the list moves under it.
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (selected === shown.current) return;
    shown.current = selected;
    const index = items.findIndex((item) => keyOf(item) === selected);
    if (index >= 0) virtualizer.scrollToIndex(index, { align: 'auto' });
  }, [selected, items, keyOf, virtualizer]);

  const walk = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1, Home: -items.length, End: items.length }[event.key];
    if (by === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const from = Number((event.target as HTMLElement).closest('li')?.dataset.index ?? -1);
    const to = Math.min(Math.max(from + by, 0), items.length - 1);
    event.preventDefault();
    virtualizer.scrollToIndex(to, { align: 'auto' });
    focusSoon(scroller.current, to);
  };

  return (
    <div ref={scroller} className={classes.scroller}>
      <ul
        aria-label={label}
        className={classes.list}
        style={{ height: virtualizer.getTotalSize() }}
        onKeyDown={walk}
      >
        {rows.map(({ index, key, start }) => (
          <li
            key={key}
            data-index={index}
            aria-setsize={items.length}
            aria-posinset={index + 1}
            className={classes.row}
            style={{ height: rowHeight, transform: `translateY(${start}px)` }}
          >
            {row(items[index] as T)}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The row may come into the page with the next frame only. */
function focusSoon(scroller: HTMLElement | null, index: number, tries = 10): void {
  const link = scroller?.querySelector<HTMLElement>(`li[data-index="${index}"] a`);
  if (link) link.focus({ preventScroll: true });
  else if (tries > 0) requestAnimationFrame(() => focusSoon(scroller, index, tries - 1));
}
