/** The messages, with the newest in sight and older ones on scroll. */
import type { Outgoing } from '@chat-server/client';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Language } from '../../strings/load.js';
import { useReadable } from '../Cell.js';
import type { History, Section } from '../History.js';
import type { Host } from '../Host.js';
import { type Line, nameOf, toLines } from '../lines.js';
import { Bubble } from './Bubble.js';
import { DownIcon } from './icons.js';

/** Nearer to an end than this, in pixels, is at the end. */
const NEAR = 60;
const NOTHING: readonly Section[] = [];

interface ConversationProps {
  host: Host;
  history: History | null;
  first: readonly Outgoing[];
  /** There is something to load, so nothing is there only for now. */
  isReturning: boolean;
  language: Language;
  isOnline: boolean;
}

export function Conversation(props: ConversationProps) {
  const { host, history, first, isReturning, language, isOnline } = props;
  const { strings } = language;
  const sections = useReadable(history?.sections, NOTHING);
  const isLoading = useReadable(history?.isLoading, false);
  const hasMore = useReadable(history?.hasMore, false);
  const lines = toLines(sections, first, language);
  const { log, isAtEnd, toEnd, onScroll } = useScroll(lines, () => void history?.loadOlder());
  const current = sections.at(-1);
  useSeen(host, current, isAtEnd);

  const newestOwn = lines.findLast((line) => line.kind === 'message' && line.own);
  const isWaiting = isOnline && current?.state.chat?.status === 'unassigned';
  return (
    <div class="conversation">
      <div
        class="log"
        role="log"
        aria-live="off"
        aria-label={strings.conversation}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
        ref={log}
        onScroll={onScroll}
      >
        {hasMore ? (
          <button
            type="button"
            class="earlier"
            disabled={isLoading}
            onClick={() => void history?.loadOlder()}
          >
            {strings.earlier}
          </button>
        ) : null}
        {lines.length === 0 && !isReturning ? <Welcome host={host} language={language} /> : null}
        <ol>
          {lines.map((line) =>
            line.kind === 'message' ? (
              <Bubble
                key={line.key}
                line={line}
                language={language}
                isNewest={line === newestOwn}
              />
            ) : (
              <li key={line.key} class={line.kind}>
                <span>{line.text}</span>
              </li>
            ),
          )}
          {isWaiting ? <li class="note">{strings.waiting}</li> : null}
          {current?.state.typing ? (
            <li class="message other typing">
              <span class="unseen">{strings.typing}</span>
              <i />
              <i />
              <i />
            </li>
          ) : null}
        </ol>
      </div>
      <div class="unseen" aria-live="polite">
        {newsOf(lines.at(-1))}
      </div>
      {isAtEnd ? null : (
        <button type="button" class="to-end" aria-label={strings.toNewest} onClick={toEnd}>
          <DownIcon />
          {current && current.state.unread > 0 ? <b>{current.state.unread}</b> : null}
        </button>
      )}
    </div>
  );
}

function Welcome({ host, language: { strings } }: { host: Host; language: Language }) {
  const { settings } = useReadable(host.state);
  return (
    <div class="welcome">
      <div class="wave" />
      <h2 class="greeting">{settings.greeting || strings.greeting}</h2>
      <p class="more">{strings.greetingMore}</p>
    </div>
  );
}

/** The newest message of the other side, for those who cannot see it come. */
function newsOf(newest: Line | undefined): string {
  if (newest?.kind !== 'message') return newest?.text ?? '';
  const { entry } = newest;
  return 'seq' in entry && !newest.own ? `${nameOf(entry.senderId)}: ${entry.content}` : '';
}

/** Stays at the end while one is there; keeps the place while older messages come in above. */
function useScroll(lines: Line[], loadOlder: () => void) {
  const log = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const before = useRef({ first: '', height: 0, isAtEnd: true });

  const toEnd = () => {
    const { current } = log;
    if (current) current.scrollTop = current.scrollHeight;
  };
  const onScroll = () => {
    const { current } = log;
    if (!current) return;
    const { scrollTop, scrollHeight, clientHeight } = current;
    before.current.isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    setAtEnd(before.current.isAtEnd);
    if (scrollTop < NEAR && scrollHeight > clientHeight) loadOlder();
  };

  const first = lines.find(({ kind }) => kind !== 'day')?.key ?? '';
  const newest = lines.at(-1);
  const ownKey = newest?.kind === 'message' && newest.own ? newest.key : '';
  useLayoutEffect(() => {
    const { current } = log;
    if (!current) return;
    const { first: was, height, isAtEnd: pinned } = before.current;
    if (pinned) toEnd();
    else if (was !== first) current.scrollTop += current.scrollHeight - height;
    before.current = { ...before.current, first, height: current.scrollHeight };
  });
  // What one sends oneself one wants to see.
  useLayoutEffect(toEnd, [ownKey]);
  useLayoutEffect(() => {
    const { current } = log;
    if (!current) return;
    // A keyboard or a longer draft makes the place smaller.
    const observer = new ResizeObserver(() => before.current.isAtEnd && toEnd());
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return { log, isAtEnd, toEnd, onScroll };
}

/** What is in sight of somebody who looks has been seen. */
function useSeen(host: Host, current: Section | undefined, isAtEnd: boolean): void {
  useEffect(() => {
    const look = () => {
      if (host.isSeen && isAtEnd) current?.timeline.markSeen();
    };
    look();
    document.addEventListener('visibilitychange', look);
    const end = host.state.subscribe(look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      end();
    };
  }, [host, current, isAtEnd]);
}
