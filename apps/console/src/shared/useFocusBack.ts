import { useMemo } from 'react';

/**
 * Gives the focus back when a dialog closes, and at once: what the dialog has done may move it on, and
 * it then stays there. Mantine does it later, and over what has the focus by then.
 */
export function useFocusBack() {
  return useMemo(() => {
    let before: Element | null = null;
    return {
      /** Call it when the dialog opens. */
      keep() {
        before = document.activeElement;
      },
      /** Call it when it closes. */
      giveBack() {
        const isInside = document.activeElement?.closest('[role="dialog"]');
        if (isInside) (before as HTMLElement | null)?.focus();
      },
    };
  }, []);
}
