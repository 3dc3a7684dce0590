/** What has been begun in a chat and not been sent: kept in this browser, for each chat. */
import { useLocalStorage } from '@mantine/hooks';
import { useDesk } from '../desk/DeskContext.js';

export function useDraft(chatId: string): [string, (text: string) => void, () => void] {
  const { me } = useDesk();
  const [draft, set, remove] = useLocalStorage<string>({
    key: `chat-server.console.draft ${me.adminId} ${chatId}`,
    defaultValue: '',
    getInitialValueInEffect: false,
  });
  const change = (text: string) => (text === '' ? remove() : set(text));
  return [draft, change, remove];
}
