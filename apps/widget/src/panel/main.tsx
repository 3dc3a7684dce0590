/** The panel's page: speaks with the page that shows it, and draws when it knows how. */
import type { Message } from '@chat-server/client';
import { render } from 'preact';
import { loadLanguage } from '../strings/load.js';
import { Cell } from './Cell.js';
import { Draft } from './Draft.js';
import type { Extras } from './extras.js';
import { Host } from './Host.js';
import { Session } from './Session.js';
import { VisitorStorage } from './storage.js';
import css from './style.css?inline';
import { adopt } from './style.js';
import { App } from './view/App.js';

adopt(css);
const host = new Host();
void host.told.then(start);

async function start(): Promise<void> {
  let locale = localeOf();
  const language = new Cell(await loadLanguage(locale));
  const storage = new VisitorStorage();
  const session = new Session(host, storage);
  const draft = new Draft(storage);
  const extras = new Cell<Extras | null>(null);
  /** Messages that came before the extras, which draw the attention to them. */
  const early: Message[] = [];

  const followClient = () => {
    const client = session.client.get();
    early.length = 0;
    if (!client) return;
    draft.belongTo(client.selfId);
    client.connection.subscribe(() => void loadExtras());
    client.on('message', (message) => {
      const attention = extras.get()?.attention;
      if (attention) void attention.heard(message);
      else early.push(message);
    });
  };
  session.client.subscribe(followClient);
  followClient();
  let isLoading = false;
  async function loadExtras(): Promise<void> {
    if (isLoading || session.client.get()?.connection.get().status !== 'connected') return;
    isLoading = true;
    try {
      const { startExtras } = await import('./extras.js');
      const started = startExtras({ host, session, storage, language });
      extras.set(started);
      for (const message of early.splice(0)) void started.attention.heard(message);
    } catch {
      // The connection has gone meanwhile: the next one tries again.
      isLoading = false;
    }
  }

  session.onForgotten = () => {
    extras.get()?.attention.reset();
    draft.reset();
  };
  host.state.subscribe(() => {
    if (locale === localeOf()) return;
    locale = localeOf();
    void loadLanguage(locale).then((loaded) => language.set(loaded));
  });
  render(
    <App host={host} session={session} draft={draft} language={language} extras={extras} />,
    document.body,
  );
  host.start({ prefill: (text) => draft.prefill(text), reset: () => session.reset() });
}

function localeOf(): string {
  return host.state.get().settings.locale ?? 'en';
}
