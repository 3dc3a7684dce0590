/** The panel. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ChatTimeline, ConnectionState } from '@chat-server/client';
import { accentOf, inkOn } from '../../color';
import { isOn } from '../../protocol';
import type { Language } from '../../strings/load';
import type { Attention } from '../Attention';
import { type Cell, constant, useReadable } from '../Cell';
import type { Draft } from '../Draft';
import { History } from '../History';
import type { Host } from '../Host';
import type { Session } from '../Session';
import { Composer } from './Composer';
import { Conversation } from './Conversation';
import { EndDialog } from './EndDialog';
import { Header, Switches } from './Header';
import { Status } from './Status';

export interface AppProps {
  host: Host;
  session: Session;
  attention: Attention;
  draft: Draft;
  language: Cell<Language>;
}

const offline = constant(false);
const noTimeline = constant<ChatTimeline | null>(null);
const noState = constant(null);
const unconnected = constant<ConnectionState>({ status: 'connecting', error: null });

export function App({ host, session, attention, draft, language: languageCell }: AppProps) {
  const language = useReadable(languageCell);
  const { strings } = language;
  const { settings } = useReadable(host.state);
  const client = useReadable(session.client);
  const status = useReadable(session.status);
  const first = useReadable(session.first);
  const connection = useReadable(client?.connection ?? unconnected);
  const supportOnline = useReadable(client?.supportOnline ?? offline);
  const timeline = useReadable(client?.current ?? noTimeline);
  const current = useReadable(timeline ?? noState);
  const asked = useReadable(attention.asked);
  const history = useMemo(() => client && new History(client), [client]);
  useEffect(() => () => history?.close(), [history]);
  const [anew, setAnew] = useState<ChatTimeline | null>(null);
  const [isEnding, setEnding] = useState(false);
  const panel = useRef<HTMLElement>(null);
  const input = useRef<HTMLTextAreaElement>(null);
  useLook(host, language);
  useEntry(host, panel, input);

  const isOnline = connection.status === 'connected' && supportOnline;
  const chat = current?.chat;
  const hasEnded = chat?.status === 'ended' && anew !== timeline;
  const hasWritten = first.length > 0 || current?.entries.some(isOwn) === true;
  const onTyping = (text: string) => {
    if (chat?.status === 'ended') return;
    timeline?.setTyping(text !== '', isOn(settings.shareTyping) ? text.slice(0, 1000) : undefined);
  };

  return (
    <main
      class="panel"
      ref={panel}
      tabIndex={-1}
      aria-label={settings.title || strings.title}
      onKeyDown={(event) => onPanelKey(event, host)}
    >
      <Header
        host={host}
        attention={attention}
        language={language}
        isOnline={isOnline}
        onEnd={chat && chat.status !== 'ended' ? () => setEnding(true) : undefined}
      />
      <Status
        session={status}
        connection={connection}
        isOnline={isOnline}
        language={language}
      />
      <Conversation
        host={host}
        history={history}
        first={first}
        language={language}
        isOnline={isOnline}
      />
      {hasWritten && !asked && !hasEnded ? (
        <aside class="ask">
          <p>{strings.ask}</p>
          <div class="menu">
            <Switches attention={attention} host={host} language={language} />
          </div>
          <button type="button" class="plain" onClick={() => attention.setAsked()}>
            {strings.notNow}
          </button>
        </aside>
      ) : null}
      {hasEnded ? (
        <footer>
          <button
            type="button"
            class="start"
            onClick={() => {
              setAnew(timeline);
              requestAnimationFrame(() => input.current?.focus());
            }}
          >
            {strings.startNew}
          </button>
        </footer>
      ) : (
        <Composer
          draft={draft}
          language={language}
          input={input}
          onSend={(content) => session.send(content)}
          onTyping={onTyping}
        />
      )}
      {isEnding ? (
        <EndDialog
          language={language}
          onEnd={() => void timeline?.end().catch(() => undefined)}
          onClose={() => setEnding(false)}
        />
      ) : null}
    </main>
  );
}
