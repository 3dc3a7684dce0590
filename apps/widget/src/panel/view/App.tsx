/** The panel. */
import type { ChatTimeline, ConnectionState, TimelineEntry } from '@chat-server/client';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { accentOf, inkOn } from '../../color.js';
import { isOn } from '../../protocol.js';
import type { Language } from '../../strings/load.js';
import { type Cell, useReadable } from '../Cell.js';
import type { Draft } from '../Draft.js';
import type { Extras } from '../extras.js';
import { onPanelKey, useEntry } from '../focus.js';
import { History } from '../History.js';
import type { Host } from '../Host.js';
import type { Session } from '../Session.js';
import { Composer } from './Composer.js';
import { Conversation } from './Conversation.js';
import { Header } from './Header.js';
import { Status } from './Status.js';

/** Longest `preview` that the server takes. */
const PREVIEW_LIMIT = 1000;

export interface AppProps {
  host: Host;
  session: Session;
  draft: Draft;
  language: Cell<Language>;
  /** Null until they are loaded. */
  extras: Cell<Extras | null>;
}

const unconnected: ConnectionState = { status: 'connecting', error: null };

export function App(props: AppProps) {
  const { host, session, draft } = props;
  const language = useReadable(props.language);
  const { strings } = language;
  const { settings } = useReadable(host.state);
  const status = useReadable(session.status);
  const first = useReadable(session.first.texts);
  const { history, connection, isOnline, timeline, current } = useChat(session);
  const extras = useReadable(props.extras);
  /** The ended chat after which the visitor wants to write again. */
  const [after, setAfter] = useState<ChatTimeline | null>(null);
  const panel = useRef<HTMLElement>(null);
  const input = useRef<HTMLTextAreaElement>(null);
  useLook(host, language);
  useEntry(host, panel, input);

  const isOpen = current?.chat != null && current.chat.status !== 'ended';
  const isOver = current?.chat?.status === 'ended' && after !== timeline;
  const hasWritten = first.length > 0 || current?.entries.some(isOwn) === true;
  const startAnew = () => {
    setAfter(timeline);
    requestAnimationFrame(() => input.current?.focus());
  };
  const tellTyping = (text: string) => {
    const preview = isOn(settings.shareTyping) ? text.slice(0, PREVIEW_LIMIT) : undefined;
    if (isOpen) timeline?.setTyping(text !== '', preview);
  };

  // Without a connection the chat goes on, and the status says why.
  const end = () => void timeline?.end().catch(() => undefined);

  return (
    <main
      class="panel"
      ref={panel}
      tabIndex={-1}
      aria-label={settings.title || strings.title}
      onKeyDown={(event) => onPanelKey(event, host)}
    >
      <Header host={host} language={language} isOnline={isOnline}>
        {extras ? (
          <extras.Menu
            host={host}
            attention={extras.attention}
            language={language}
            onEnd={isOpen ? end : undefined}
          />
        ) : null}
      </Header>
      <Status session={status} connection={connection} isOnline={isOnline} language={language} />
      <Conversation
        host={host}
        history={history}
        first={first}
        isReturning={session.isReturning}
        language={language}
        isOnline={isOnline}
      />
      {extras && hasWritten && !isOver ? (
        <extras.Ask host={host} attention={extras.attention} language={language} />
      ) : null}
      {isOver ? (
        <footer>
          <button type="button" class="start" onClick={startAnew}>
            {strings.startNew}
          </button>
        </footer>
      ) : (
        <Composer
          draft={draft}
          language={language}
          input={input}
          onSend={(content) => session.send(content)}
          onTyping={tellTyping}
        />
      )}
    </main>
  );
}

function useChat(session: Session) {
  const client = useReadable(session.client);
  const connection = useReadable(client?.connection, unconnected);
  const supportOnline = useReadable(client?.supportOnline, false);
  const timeline = useReadable(client?.current, null);
  const current = useReadable(timeline, null);
  const history = useMemo(() => client && new History(client), [client]);
  useEffect(() => () => history?.close(), [history]);
  const isConnected = connection.status === 'connected';
  const isOnline = isConnected && supportOnline;
  return { history, connection, isOnline, timeline, current };
}

const isOwn = (entry: TimelineEntry) => !('seq' in entry) || entry.senderRole === 'user';

/** Language, direction and colours are the whole page's. */
function useLook(host: Host, { tag, direction }: Language): void {
  const { settings } = useReadable(host.state);
  const { theme = 'auto', color } = settings;
  useLayoutEffect(() => {
    const { documentElement: page } = document;
    const accent = accentOf(color);
    page.lang = tag;
    page.dir = direction;
    page.dataset.theme = theme;
    page.style.setProperty('--accent', accent);
    page.style.setProperty('--ink', inkOn(accent));
  }, [tag, direction, theme, color]);
}
