/**
 * Everything that keys do, once: the listener, the sheet of `?` and the palette are made from it.
 * Keys are written as on the sheet; `Mod` is ⌘ on a Mac and Ctrl elsewhere; `G Q` is one after the
 * other.
 */
import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { useMemo } from 'react';
import { composerFocus, useDesk } from '../desk/DeskContext.js';
import type { View } from '../desk/place.js';
import { useSettings } from '../desk/settings.js';
import { useDeskActions } from '../desk/useDeskActions.js';

export interface Command {
  id: string;
  group: 'Chats' | 'This chat' | 'Go to' | 'Console';
  label: string;
  /** Any of these does it. */
  keys: string[];
  /** Also while somebody types; only for keys that write nothing. */
  whileTyping?: boolean;
  /** Whether it makes sense now. */
  when?: boolean;
  run(): void;
}

export function useCommands(openSheet: () => void): Command[] {
  const { client, me, authMode, place, go, leave } = useDesk();
  const actions = useDeskActions();
  const [settings, change] = useSettings();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const { chatId } = place;

  return useMemo(() => {
    const chat = () => (chatId === null ? null : (client.chat(chatId).get().chat ?? null));
    const withChat = (run: (id: string) => void) => () => {
      if (chatId !== null) run(chatId);
    };
    const goTo = (view: View) => () => go({ view, chatId: null });
    const supervises = me.role === 'supervisor';
    const commands: Command[] = [
      {
        id: 'take-next',
        group: 'Chats',
        label: 'Take the chat that has waited longest',
        keys: ['N'],
        run: () => void actions.takeOldest(),
      },
      {
        id: 'next',
        group: 'Chats',
        label: 'Next chat',
        keys: ['J', 'Alt+ArrowDown'],
        whileTyping: true,
        run: () => actions.step(1),
      },
      {
        id: 'previous',
        group: 'Chats',
        label: 'Previous chat',
        keys: ['K', 'Alt+ArrowUp'],
        whileTyping: true,
        run: () => actions.step(-1),
      },
      {
        id: 'find',
        group: 'Chats',
        label: 'Find in the list',
        keys: ['/'],
        run: () => document.getElementById('list-search')?.focus(),
      },
      {
        id: 'take',
        group: 'This chat',
        label: 'Take this chat',
        keys: ['C'],
        when: chatId !== null,
        run: withChat((id) => {
          if (chat()?.status === 'unassigned') void actions.take(id);
        }),
      },
      {
        id: 'write',
        group: 'This chat',
        label: 'Write',
        keys: ['R'],
        when: chatId !== null,
        run: withChat(composerFocus.ask),
      },
      {
        id: 'stop-writing',
        group: 'This chat',
        label: 'Stop writing',
        keys: ['Escape'],
        whileTyping: true,
        when: chatId !== null,
        run: stopWriting,
      },
      {
        id: 'give-back',
        group: 'This chat',
        label: 'Put back into the queue',
        keys: ['B'],
        when: chatId !== null,
        run: withChat((id) => {
          if (chat()?.status === 'assigned') void actions.giveBack(id);
        }),
      },
      {
        id: 'end',
        group: 'This chat',
        label: 'End',
        keys: ['E'],
        when: chatId !== null,
        run: withChat((id) => {
          if (chat()?.status !== 'ended') actions.end(id);
        }),
      },
      {
        id: 'details',
        group: 'This chat',
        label: 'Show or hide details',
        keys: ['I'],
        when: chatId !== null,
        run: () => document.getElementById('toggle-details')?.click(),
      },
      { id: 'go-queue', group: 'Go to', label: 'Queue', keys: ['G Q'], run: goTo('queue') },
      { id: 'go-mine', group: 'Go to', label: 'My chats', keys: ['G M'], run: goTo('mine') },
      {
        id: 'go-all',
        group: 'Go to',
        label: 'All chats',
        keys: ['G A'],
        when: supervises,
        run: goTo('all'),
      },
      {
        id: 'go-overview',
        group: 'Go to',
        label: 'Overview',
        keys: ['G O'],
        run: goTo('overview'),
      },
      {
        id: 'go-team',
        group: 'Go to',
        label: 'Team',
        keys: ['G T'],
        when: supervises && authMode === 'token',
        run: goTo('team'),
      },
      {
        id: 'palette',
        group: 'Console',
        label: 'Find a command or a chat',
        keys: ['Mod+K'],
        whileTyping: true,
        run: spotlight.open,
      },
      {
        id: 'shortcuts',
        group: 'Console',
        label: 'Keyboard shortcuts',
        keys: ['?'],
        run: openSheet,
      },
      {
        id: 'sound',
        group: 'Console',
        label: settings.sound ? 'Turn the sound off' : 'Turn the sound on',
        keys: ['M'],
        run: () => change({ sound: !settings.sound }),
      },
      {
        id: 'theme',
        group: 'Console',
        label: scheme === 'light' ? 'Use the dark theme' : 'Use the light theme',
        keys: ['T'],
        run: () => setColorScheme(scheme === 'light' ? 'dark' : 'light'),
      },
      {
        id: 'theme-system',
        group: 'Console',
        label: 'Follow the theme of the system',
        keys: [],
        run: () => setColorScheme('auto'),
      },
      {
        id: 'leave',
        group: 'Console',
        label: authMode === 'open' ? 'Change name or role' : 'Sign out',
        keys: [],
        run: leave,
      },
    ];
    return commands.filter(({ when }) => when !== false);
  }, [
    client,
    me,
    authMode,
    chatId,
    go,
    leave,
    actions,
    settings,
    change,
    scheme,
    setColorScheme,
    openSheet,
  ]);
}

/** From the composer to the chat in the list, from where the other keys work. */
function stopWriting(): void {
  if (document.activeElement?.id !== 'composer') return;
  const row = document.querySelector<HTMLElement>('li a[aria-current="page"]');
  if (row) row.focus();
  else (document.activeElement as HTMLElement).blur();
}
