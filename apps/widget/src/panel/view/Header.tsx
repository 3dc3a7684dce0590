/** Title, presence, options. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Language } from '../../strings/load';
import type { Attention } from '../Attention';
import { useReadable } from '../Cell';
import type { Host } from '../Host';
import { CloseIcon, MoreIcon } from './icons';

interface HeaderProps {
  host: Host;
  attention: Attention;
  language: Language;
  isOnline: boolean;
  /** Undefined while there is nothing to end. */
  onEnd: (() => void) | undefined;
}

export function Header({ host, attention, language, isOnline, onEnd }: HeaderProps) {
  const { strings } = language;
  const { settings } = useReadable(host.state);
  const [isOpen, setOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!isOpen) return;
    const outside = ({ target }: Event) => {
      if (!menu.current?.contains(target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    window.addEventListener('blur', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      window.removeEventListener('blur', outside);
    };
  }, [isOpen]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !isOpen) return;
    event.stopPropagation();
    setOpen(false);
    menu.current?.querySelector('button')?.focus();
  };

  return (
    <header>
      <div class="heading">
        <h1>{settings.title || strings.title}</h1>
        {isOnline ? <p class="online">{strings.online}</p> : null}
      </div>
      <div class="options" ref={menu} onKeyDown={onKeyDown}>
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
          <Switches attention={attention} host={host} language={language} />
          {onEnd ? (
            <button
              type="button"
              class="danger"
              onClick={() => {
                setOpen(false);
                onEnd();
              }}
            >
              {strings.endChat}
            </button>
          ) : null}
        </div>
      </div>
      {host.isFramed ? (
        <button
          type="button"
          class="round"
          aria-label={strings.close}
          onClick={() => host.send({ type: 'close' })}
        >
          <CloseIcon />
        </button>
      ) : null}
    </header>
  );
}

interface SwitchesProps {
  attention: Attention;
  host: Host;
  language: Language;
}

/** Sound and desktop notifications: off until the visitor wants them. */
export function Switches({ attention, host, language: { strings } }: SwitchesProps) {
  const { notifications } = useReadable(host.state);
  const sound = useReadable(attention.sound);
  const wanted = useReadable(attention.notify);
  const notify = wanted && notifications === 'granted';
  return (
    <>
      <button
        type="button"
        role="switch"
        aria-checked={sound}
        onClick={() => attention.setSound(!sound)}
      >
        {strings.sound}
      </button>
      {notifications ? (
        <button
          type="button"
          role="switch"
          aria-checked={notify}
          disabled={notifications === 'denied'}
          onClick={() => attention.setNotify(!notify)}
        >
          {strings.notifications}
          {notifications === 'denied' ? <small>{strings.blocked}</small> : null}
        </button>
      ) : null}
    </>
  );
}
