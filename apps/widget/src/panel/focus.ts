/** Where the keyboard is: in when the panel opens, round and round where it covers the page, out with Escape. */
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Host } from './Host.js';

const FOCUSABLE = 'button:not(:disabled),a[href],textarea,[tabindex="0"]';

/** When the panel opens, the visitor can write at once; on a touch screen that would bring up a keyboard. */
export function useEntry(
  host: Host,
  panel: RefObject<HTMLElement | null>,
  input: RefObject<HTMLTextAreaElement | null>,
): void {
  useEffect(() => {
    let wasOpen = false;
    const look = () => {
      const { open, focus } = host.state.get();
      if (open && !wasOpen && focus) {
        const touches = matchMedia('(pointer: coarse)').matches;
        (touches ? panel.current : (input.current ?? panel.current))?.focus();
      }
      wasOpen = open;
    };
    look();
    return host.state.subscribe(look);
  }, [host, panel, input]);
}

export function onPanelKey(event: KeyboardEvent, host: Host): void {
  const panel = event.currentTarget as HTMLElement;
  // An open dialog keeps the keyboard to itself.
  if (panel.querySelector('dialog[open]')) return;
  if (event.key === 'Escape' && !event.isComposing) host.send({ type: 'close' });
  if (event.key !== 'Tab' || !host.state.get().fullscreen || !host.isFramed) return;
  const stops = [...panel.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((one) =>
    one.checkVisibility(),
  );
  const [first, last] = [stops[0], stops.at(-1)];
  const leaves = event.shiftKey ? first : last;
  const inside = stops.includes(document.activeElement as HTMLElement);
  if (inside && document.activeElement !== leaves) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}
