/** Sound and desktop notifications: off until the visitor wants them. */
import type { Language } from '../../strings/load.js';
import type { Attention } from '../Attention.js';
import { useReadable } from '../Cell.js';
import type { Host } from '../Host.js';

export interface SwitchesProps {
  attention: Attention;
  host: Host;
  language: Language;
}

export function Switches({ attention, host, language: { strings } }: SwitchesProps) {
  const { notifications } = useReadable(host.state);
  const sound = useReadable(attention.sound);
  const wanted = useReadable(attention.notify);
  const notify = wanted && notifications === 'granted';
  return (
    <>
      <button
        type="button"
        class="option switch"
        role="switch"
        aria-checked={sound}
        onClick={() => attention.setSound(!sound)}
      >
        {strings.sound}
      </button>
      {notifications ? (
        <button
          type="button"
          class="option switch"
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
