/** One message: its text, its links, and how far it has got. */
import type { ErrorCode } from '@chat-server/client';
import { partsOf } from '@chat-server/client/links';
import { timeOf } from '../../strings/format.js';
import type { Language } from '../../strings/load.js';
import type { Line } from '../lines.js';

type Message = Extract<Line, { kind: 'message' }>;

/** A few emoji and nothing else are shown large. */
const EMOJI = /^(?:\p{Extended_Pictographic}[\p{M}\p{Emoji_Modifier}\u200d]*|\s){1,12}$/u;

interface BubbleProps {
  line: Message;
  language: Language;
  /** Nothing of the visitor's comes after it, so its state stands for all before it. */
  isNewest: boolean;
}

export function Bubble({ line, language, isNewest }: BubbleProps) {
  const { entry, own, name, last, timeline } = line;
  const { strings } = language;
  const failed = entry.state === 'failed';
  return (
    <li class={`message ${own ? 'own' : 'other'}${last ? ' last' : ''}`}>
      {name ? <span class="name">{name}</span> : null}
      <span class="unseen">{own ? `${strings.you}: ` : ''}</span>
      <Text content={entry.content} />
      {failed && timeline ? (
        <span class="failed" role="alert">
          {strings.failed}
          {'error' in entry && entry.error ? reasonOf(entry.error.code, strings) : ''}
          <button type="button" onClick={() => timeline.retry(entry.clientMessageId)}>
            {strings.again}
          </button>
          <button type="button" onClick={() => timeline.discard(entry.clientMessageId)}>
            {strings.discard}
          </button>
        </span>
      ) : last || isNewest ? (
        <span class="meta">
          <time dateTime={entry.createdAt}>{timeOf(language, entry.createdAt)}</time>
          {own && isNewest && entry.state ? <span> · {strings[entry.state]}</span> : null}
        </span>
      ) : null}
    </li>
  );
}

/** Text is text, whatever it looks like; only addresses become links. */
function Text({ content }: { content: string }) {
  return (
    <p class={EMOJI.test(content) ? 'text emoji' : 'text'} dir="auto">
      {partsOf(content).map(({ text, href }) =>
        href === null ? (
          text
        ) : (
          <a href={href} target="_blank" rel="noopener noreferrer nofollow">
            {text}
          </a>
        ),
      )}
    </p>
  );
}

function reasonOf(code: ErrorCode, strings: Language['strings']): string {
  return code === 'rate_limited' ? `. ${strings.tooMany}` : '';
}
