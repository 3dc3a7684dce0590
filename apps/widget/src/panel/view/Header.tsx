/** Title, presence, options. */
import type { ComponentChildren } from 'preact';
import type { Language } from '../../strings/load.js';
import { useReadable } from '../Cell.js';
import type { Host } from '../Host.js';
import { CloseIcon } from './icons.js';

interface HeaderProps {
  host: Host;
  language: Language;
  isOnline: boolean;
  /** The options, once they are there. */
  children: ComponentChildren;
}

export function Header({ host, language: { strings }, isOnline, children }: HeaderProps) {
  const { settings } = useReadable(host.state);
  return (
    <header>
      <div class="heading">
        <h1>{settings.title || strings.title}</h1>
        {isOnline ? <p class="online">{strings.online}</p> : null}
      </div>
      {children}
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
