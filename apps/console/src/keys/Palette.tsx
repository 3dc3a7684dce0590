import {
  Spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
} from '@mantine/spotlight';
import { Search } from 'lucide-react';
import { useState } from 'react';
import { useDesk } from '../desk/DeskContext.js';
import type { ChatView } from '../desk/place.js';
import { nameOf } from '../shared/format.js';
import { useFocusBack } from '../shared/useFocusBack.js';
import type { Command } from './commands.js';
import { KeyCaps } from './KeyCaps.js';

/** As many chats as one reads; with thousands waiting, typing finds the rest. */
const SHOWN_CHATS = 8;

/** Every command by its name, and every chat that is one's own or waits. */
export function Palette({ commands }: { commands: Command[] }) {
  const [wanted, setWanted] = useState('');
  const [opened, setOpened] = useState(false);
  const focus = useFocusBack();
  const chats = useChatActions(wanted, opened);
  const groups: SpotlightActionGroupData[] = [
    { group: 'Chats', actions: chats },
    { group: 'Commands', actions: commands.filter(({ id }) => id !== 'palette').map(toAction) },
  ];
  return (
    <Spotlight
      actions={groups}
      query={wanted}
      onQueryChange={setWanted}
      onSpotlightOpen={() => {
        focus.keep();
        setOpened(true);
      }}
      onSpotlightClose={() => {
        setOpened(false);
        focus.giveBack();
      }}
      returnFocus={false}
      shortcut={null}
      overlayProps={{ backgroundOpacity: 0.45 }}
      clearQueryOnClose
      scrollable
      attributes={{ content: { 'aria-label': 'Chats and commands' } }}
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      maxHeight={380}
      highlightQuery
      nothingFound="Nothing of that name"
      searchProps={{
        leftSection: <Search size={18} aria-hidden="true" />,
        placeholder: 'Find a chat or a command',
        'aria-label': 'Find a chat or a command',
      }}
    />
  );
}

function toAction({ id, label, group, keys: [keys], run }: Command): SpotlightActionData {
  const prefix = group === 'Go to' ? 'Go to: ' : '';
  return {
    id,
    label: `${prefix}${label}`,
    onClick: run,
    ...(keys !== undefined && { rightSection: <KeyCaps keys={keys} /> }),
  };
}

function useChatActions(wanted: string, opened: boolean): SpotlightActionData[] {
  const { client, go } = useDesk();
  if (!opened) return [];
  const text = wanted.trim().toLowerCase();
  const actions: SpotlightActionData[] = [];
  const add = (view: ChatView, description: string, chatId: string, userId: string) => {
    const label = nameOf(userId);
    if (actions.length >= SHOWN_CHATS) return;
    if (text && !`${userId} ${label}`.toLowerCase().includes(text)) return;
    const onClick = () => go({ view, chatId });
    actions.push({ id: chatId, label, description, keywords: userId, onClick });
  };
  for (const { chatId, userId } of client.mine.get()) add('mine', 'My chat', chatId, userId);
  for (const { chatId, userId } of client.queue.get().chats) {
    add('queue', 'Waiting', chatId, userId);
  }
  return actions;
}
