/** What somebody has chosen for this browser. */
import { useLocalStorage } from '@mantine/hooks';

export interface Settings {
  /** A tone for new chats and messages. */
  sound: boolean;
  /** Notifications of the system, which the browser has to allow as well. */
  notifications: boolean;
  /** Shortcuts of a single key; those with Ctrl or Alt work always. */
  singleKeys: boolean;
  /** The pane beside the chat. */
  details: boolean;
}

const DEFAULTS: Settings = {
  sound: true,
  notifications: false,
  singleKeys: true,
  details: true,
};

const KEY = 'chat-server.console.settings';

export function useSettings(): [Settings, (change: Partial<Settings>) => void] {
  const [stored, store] = useLocalStorage<Partial<Settings>>({
    key: KEY,
    defaultValue: {},
    getInitialValueInEffect: false,
  });
  const change = (changed: Partial<Settings>) => store((before) => ({ ...before, ...changed }));
  return [{ ...DEFAULTS, ...stored }, change];
}
