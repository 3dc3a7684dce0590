/** Where the visitor writes. */
import { CONTENT_LIMIT } from '@chat-server/client';
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import type { Language } from '../../strings/load.js';
import { useReadable } from '../Cell.js';
import type { Draft } from '../Draft.js';
import { SendIcon } from './icons.js';

interface ComposerProps {
  draft: Draft;
  language: Language;
  input: RefObject<HTMLTextAreaElement | null>;
  onSend(content: string): void;
  onTyping(text: string): void;
}

export function Composer({ draft, language, input, onSend, onTyping }: ComposerProps) {
  const { strings } = language;
  const text = useReadable(draft.text);
  const length = text.length > CONTENT_LIMIT ? Array.from(text).length : 0;
  const isTooLong = length > CONTENT_LIMIT;
  const canSend = text.trim() !== '' && !isTooLong;
  const number = new Intl.NumberFormat(language.tag);

  // As high as its text, up to the style's limit.
  useLayoutEffect(() => {
    const { current } = input;
    if (!current) return;
    current.style.height = 'auto';
    current.style.height = `${current.scrollHeight}px`;
  }, [text, input]);

  const send = () => {
    if (!canSend) return;
    draft.set('');
    onSend(text);
    input.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // Enter also ends the composition of Chinese, Japanese, Korean … input (229 in old Safaris).
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {isTooLong ? (
        <p class="excess" id="excess" role="status">
          {number.format(length)} / {number.format(CONTENT_LIMIT)}
        </p>
      ) : null}
      <textarea
        ref={input}
        rows={1}
        // Nothing has no direction: the placeholder has the language's.
        dir={text ? 'auto' : undefined}
        enterkeyhint="send"
        aria-label={strings.write}
        aria-invalid={isTooLong}
        aria-describedby={isTooLong ? 'excess' : undefined}
        placeholder={strings.write}
        value={text}
        onInput={({ currentTarget: { value } }) => {
          draft.set(value);
          onTyping(value);
        }}
        onKeyDown={onKeyDown}
      />
      <button type="submit" class="send" aria-label={strings.send} disabled={!canSend}>
        <SendIcon />
      </button>
    </form>
  );
}
