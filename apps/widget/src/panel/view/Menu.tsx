/** The options: sound, desktop notifications, the end of the chat. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { EndDialog } from './EndDialog.js';
import { MoreIcon } from './icons.js';
import { Switches, type SwitchesProps } from './Switches.js';

interface MenuProps extends SwitchesProps {
  /** Undefined while there is nothing to end. */
  onEnd: (() => void) | undefined;
}

export function Menu({ onEnd, ...props }: MenuProps) {
  const { strings } = props.language;
  const [isOpen, setOpen] = useState(false);
  const [isEnding, setEnding] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  useDismissal(menu, isOpen, () => setOpen(false));
  return (
    <div class="options" ref={menu}>
      <button
        type="button"
        class="round"
        aria-label={strings.options}
        aria-expanded={isOpen}
        aria-controls="options"
        onClick={() => setOpen(!isOpen)}
      >
        <MoreIcon />
      </button>
      <div id="options" class="menu" hidden={!isOpen}>
        <Switches {...props} />
        {onEnd ? (
          <button
            type="button"
            class="option danger"
            onClick={() => {
              setOpen(false);
              setEnding(true);
            }}
          >
            {strings.endChat}
          </button>
        ) : null}
      </div>
      {isEnding && onEnd ? (
        <EndDialog language={props.language} onEnd={onEnd} onClose={() => setEnding(false)} />
      ) : null}
    </div>
  );
}

/** A click elsewhere closes it, and so does Escape: before the panel hears of it, which would close too. */
function useDismissal(
  menu: { current: HTMLElement | null },
  isOpen: boolean,
  close: () => void,
): void {
  useEffect(() => {
    if (!isOpen) return;
    const listening = new AbortController();
    const { signal } = listening;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      close();
      menu.current?.querySelector('button')?.focus();
    };
    const outside = ({ target }: Event) => {
      if (!menu.current?.contains(target as Node)) close();
    };
    document.addEventListener('keydown', onKey, { capture: true, signal });
    document.addEventListener('pointerdown', outside, { signal });
    window.addEventListener('blur', close, { signal });
    return () => listening.abort();
  }, [isOpen]);
}
