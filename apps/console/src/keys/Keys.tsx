/** The keyboard: its listener, its sheet, and the palette of commands. */
import { useCallback, useEffect, useState } from 'react';
import { useSettings } from '../desk/settings.js';
import { useCommands } from './commands.js';
import { Palette } from './Palette.js';
import { ShortcutSheet } from './ShortcutSheet.js';
import { useKeyListener } from './useKeyListener.js';

const OPEN = 'chat-server:shortcuts';

/** Opens the sheet from anywhere on the page. */
export const openShortcuts = () => void window.dispatchEvent(new Event(OPEN));

export function Keys() {
  const [sheet, setSheet] = useState(false);
  const [settings] = useSettings();
  const openSheet = useCallback(() => setSheet(true), []);
  const commands = useCommands(openSheet);
  useKeyListener(commands, settings.singleKeys);

  useEffect(() => {
    window.addEventListener(OPEN, openSheet);
    return () => window.removeEventListener(OPEN, openSheet);
  }, [openSheet]);

  return (
    <>
      <ShortcutSheet opened={sheet} commands={commands} onClose={() => setSheet(false)} />
      <Palette commands={commands} />
    </>
  );
}
