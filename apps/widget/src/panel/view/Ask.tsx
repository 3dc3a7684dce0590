/** Asks once, after the first message, how the visitor wants to learn of the answer. */
import { useReadable } from '../Cell.js';
import type { SwitchesProps } from './Switches.js';

export function Ask({ host, attention, language: { strings } }: SwitchesProps) {
  const asked = useReadable(attention.asked);
  const { notifications } = useReadable(host.state);
  if (asked) return null;
  return (
    <aside class="ask" aria-label={strings.ask}>
      <p>{strings.ask}</p>
      <div class="choices">
        <button type="button" class="choice" onClick={() => attention.setSound(true)}>
          {strings.sound}
        </button>
        {notifications && notifications !== 'denied' ? (
          <button type="button" class="choice" onClick={() => attention.setNotify(true)}>
            {strings.notifications}
          </button>
        ) : null}
        <button type="button" class="choice" onClick={() => attention.setAsked()}>
          {strings.notNow}
        </button>
      </div>
    </aside>
  );
}
