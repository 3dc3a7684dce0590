import { type ChatTimeline, CONTENT_LIMIT } from '@chat-server/client';
import { ActionIcon, Textarea } from '@mantine/core';
import { SendHorizontal } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { composerFocus } from '../desk/DeskContext.js';
import { nameOf } from '../shared/format.js';
import classes from './Composer.module.css';
import { useDraft } from './useDraft.js';

/** From how many characters on those that are left are told. */
const TELL_FROM = CONTENT_LIMIT - 500;

interface ComposerProps {
  chatId: string;
  userId: string;
  timeline: ChatTimeline;
}

export function Composer({ chatId, userId, timeline }: ComposerProps) {
  const [draft, setDraft, clear] = useDraft(chatId);
  const input = useRef<HTMLTextAreaElement>(null);
  const length = [...draft].length;
  const left = CONTENT_LIMIT - length;
  const sendable = draft.trim() !== '' && left >= 0;

  useEffect(() => {
    const focus = () => {
      if (composerFocus.wanted !== chatId) return;
      composerFocus.wanted = null;
      const field = input.current;
      field?.focus();
      field?.setSelectionRange(field.value.length, field.value.length);
    };
    focus();
    composerFocus.listeners.add(focus);
    return () => {
      composerFocus.listeners.delete(focus);
    };
  }, [chatId]);

  useEffect(() => () => timeline.setTyping(false), [timeline]);

  const change = (text: string) => {
    setDraft(text);
    timeline.setTyping(text.trim() !== '');
  };
  const send = () => {
    if (!sendable) return;
    timeline.send(draft.trim());
    clear();
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter also ends the input of a character that takes several keys.
    if (event.key !== 'Enter' || event.shiftKey || event.altKey) return;
    if (event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      className={classes.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className={classes.box}>
        <Textarea
          ref={input}
          id="composer"
          className={classes.input}
          variant="unstyled"
          autosize
          minRows={1}
          maxRows={8}
          dir="auto"
          aria-label={`Message to ${nameOf(userId)}`}
          placeholder={`Write to ${nameOf(userId)}`}
          value={draft}
          onChange={(event) => change(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onBlur={() => timeline.setTyping(false)}
        />
        <ActionIcon type="submit" size={36} radius={10} aria-label="Send" disabled={!sendable}>
          <SendHorizontal size={18} />
        </ActionIcon>
      </div>
      <div className={classes.hint}>
        {length > TELL_FROM ? (
          <span role="status" data-over={left < 0}>
            {left >= 0 ? `${left} characters left` : `${-left} characters too many`}
          </span>
        ) : (
          <span className={classes.keys}>Enter sends, Shift + Enter begins a new line</span>
        )}
      </div>
    </form>
  );
}
