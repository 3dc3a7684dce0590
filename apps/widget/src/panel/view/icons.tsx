/** Drawn in the colour of the text beside them; what they mean is said by their button. */
import type { ComponentChildren } from 'preact';

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      {children}
    </svg>
  );
}

export const CloseIcon = () => (
  <Icon>
    <path d="M6 6l12 12M18 6L6 18" />
  </Icon>
);

export const MoreIcon = () => (
  <Icon>
    <path d="M5 12h.01M12 12h.01M19 12h.01" stroke-width="3" />
  </Icon>
);

export const SendIcon = () => (
  <Icon>
    <path d="M12 19V5M5.5 11.5L12 5l6.5 6.5" />
  </Icon>
);

export const DownIcon = () => (
  <Icon>
    <path d="M12 5v14M5.5 12.5L12 19l6.5-6.5" />
  </Icon>
);

/** Nobody has written yet. */
export const Wave = () => (
  <svg class="wave" viewBox="0 0 96 72" aria-hidden="true">
    <path
      class="wave-back"
      d="M58 14h22a12 12 0 0 1 12 12v14a12 12 0 0 1-12 12h-2l2 10-14-10h-8a12 12 0 0 1-12-12V26a12 12 0 0 1 12-12z"
    />
    <path
      class="wave-front"
      d="M16 4h34a12 12 0 0 1 12 12v18a12 12 0 0 1-12 12H32L16 58l3-12h-3A12 12 0 0 1 4 34V16A12 12 0 0 1 16 4z"
    />
    <path class="wave-dots" d="M21 25h.01M33 25h.01M45 25h.01" />
  </svg>
);
