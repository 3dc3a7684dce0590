/** Asks before a chat is ended: nothing can follow the end. */
import { useEffect, useRef } from 'preact/hooks';
import type { Language } from '../../strings/load.js';

interface EndDialogProps {
  language: Language;
  onEnd(): void;
  onClose(): void;
}

export function EndDialog({ language: { strings }, onEnd, onClose }: EndDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="end-question" onClose={onClose}>
      <h2 id="end-question">{strings.endQuestion}</h2>
      <form method="dialog">
        <button type="submit" class="answer">
          {strings.cancel}
        </button>
        <button type="submit" class="answer danger" onClick={onEnd}>
          {strings.endChat}
        </button>
      </form>
    </dialog>
  );
}
