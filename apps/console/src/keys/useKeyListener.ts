import { useEffect, useRef } from 'react';
import type { Command } from './commands.js';

/** Longest time between the two keys of a pair, in milliseconds. */
const PAIR_WITHIN = 1200;

/** Fields in which keys write. */
const WRITES = 'input, textarea, select, [contenteditable="true"]';

const isMac = /mac|iphone|ipad/i.test(navigator.platform);

/** Calls a command for its keys, unless a dialog is open or they write into a field. */
export function useKeyListener(commands: Command[], singleKeys: boolean): void {
  const now = useRef({ commands, singleKeys });
  now.current = { commands, singleKeys };

  useEffect(() => {
    let pending = '';
    let pendingAt = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.isComposing || event.defaultPrevented) return;
      const pressed = nameOf(event);
      const plain = !pressed.includes('+');
      const types = event.target instanceof Element && event.target.closest(WRITES) !== null;
      const silent = pressed === 'Escape' || !plain;
      if (plain && !silent && (types || !now.current.singleKeys)) return;
      if (isDialogOpen()) return;
      const paired =
        pending && event.timeStamp - pendingAt < PAIR_WITHIN ? `${pending} ${pressed}` : '';
      // The second key of a pair that is not offered is not a key by itself.
      const alone = paired === '' || silent ? pressed : '';
      const { commands } = now.current;
      const command = find(commands, paired, types) ?? find(commands, alone, types);
      pending = command || !begins(commands, alone) ? '' : alone;
      pendingAt = event.timeStamp;
      if (!command) return;
      event.preventDefault();
      command.run();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

function find(commands: Command[], keys: string, types: boolean): Command | undefined {
  return commands.find((one) => one.keys.includes(keys) && (!types || one.whileTyping));
}

/** Whether a key is the first of a pair. */
function begins(commands: Command[], key: string): boolean {
  return commands.some(({ keys }) => keys.some((pair) => pair.startsWith(`${key} `)));
}

function nameOf({ key, altKey, ctrlKey, metaKey }: KeyboardEvent): string {
  const mod = (isMac ? metaKey : ctrlKey) ? 'Mod+' : '';
  const other = (isMac ? ctrlKey : metaKey) ? 'Other+' : '';
  return `${mod}${other}${altKey ? 'Alt+' : ''}${key.length === 1 ? key.toUpperCase() : key}`;
}

const isDialogOpen = () => document.querySelector('[role="dialog"][aria-modal="true"]') !== null;

/** Keys, as they stand on the keyboard before somebody. */
export function keyCaps(keys: string): string[] {
  const caps: Record<string, string> = {
    Mod: isMac ? '⌘' : 'Ctrl',
    Alt: isMac ? '⌥' : 'Alt',
    ArrowDown: '↓',
    ArrowUp: '↑',
    Escape: 'Esc',
  };
  return keys.split(/[+ ]/).map((key) => caps[key] ?? key);
}
