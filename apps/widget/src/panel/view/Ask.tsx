/** Asks once, after the first message, how the visitor wants to learn of the answer. */
import { useReadable } from '../Cell';
import { Switches, type SwitchesProps } from './Switches';

export function Ask(props: SwitchesProps) {
  const { attention, language } = props;
  const asked = useReadable(attention.asked);
  if (asked) return null;
  return (
    <aside class="ask">
      <p>{language.strings.ask}</p>
      <Switches {...props} />
      <button type="button" class="option later" onClick={() => attention.setAsked()}>
        {language.strings.notNow}
      </button>
    </aside>
  );
}
