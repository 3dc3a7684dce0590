/** The panel's page: speaks with the page that shows it, and draws when it knows how. */
import { render } from 'preact';
import { loadLanguage } from '../strings/load';
import { Cell } from './Cell';
import { Draft } from './Draft';
import type { Extras } from './extras';
import { Host } from './Host';
import { Session } from './Session';
import { VisitorStorage } from './storage';
import { adopt } from './style';
import css from './style.css?inline';
import { App } from './view/App';

adopt(css);
let isStarted = false;
const host = new Host(() => {
  if (isStarted) return;
  isStarted = true;
  void start();
});

async function start(): Promise<void> {
  let locale = localeOf();
  const language = new Cell(await loadLanguage(locale));
  const storage = new VisitorStorage();
  const session = new Session(host, storage);
  const draft = new Draft(storage);
  const extras = new Cell<Extras | null>(null);

  const followClient = () => {
    const client = session.client.get();
    if (!client) return;
    draft.belongTo(client.selfId);
    client.connection.subscribe(() => void loadExtras());
  };
  session.client.subscribe(followClient);
  followClient();
  let isLoading = false;
  async function loadExtras(): Promise<void> {
    if (isLoading || session.client.get()?.connection.get().status !== 'connected') return;
    isLoading = true;
    try {
      const { startExtras } = await import('./extras');
      extras.set(startExtras({ host, session, storage, language }));
    } catch {
      // The connection has gone meanwhile: the next one tries again.
      isLoading = false;
    }
  }

  host.onPrefill = (text) => draft.prefill(text);
  host.onReset = () => {
    session.reset();
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
  host.send({ type: 'ready' });
}

function localeOf(): string {
  return host.state.get().settings.locale ?? 'en';
}
