/** Every time the SDK waits, in milliseconds. */
export interface Timing {
  /** For an answer; the server gives one within ten seconds, so after this the connection is dead. */
  answer: number;
  /** To a first and a last try again; it doubles in between, and is spread by chance. */
  retryMin: number;
  retryMax: number;
  /** Until what another page has written is sent from here, in case that page is gone. */
  takeOver: number;
  /** Until marks are sent, so that a burst of messages costs one event. */
  marks: number;
  /** Between two signs of typing that say the same. */
  typingEvery: number;
  /** Until somebody who gave no more signs types no more. */
  typingFor: number;
}

export const defaultTiming: Timing = {
  answer: 12_000,
  retryMin: 500,
  retryMax: 15_000,
  takeOver: 3_000,
  marks: 250,
  typingEvery: 2_000,
  typingFor: 6_000,
};

/**
 * @param tries so far, from 0. Spread, so that a crowd does not come back as one.
 * @param least seconds that the server asked for
 */
export function backoff({ retryMin, retryMax }: Timing, tries: number, least = 0): number {
  const longest = Math.min(retryMax, retryMin * 2 ** Math.min(tries, 16));
  return least * 1000 + longest * (0.5 + Math.random() / 2);
}

/** While something waits to be tried again there is a connection, or one on its way; that keeps Node running. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer: unknown = setTimeout(resolve, ms);
    (timer as { unref?(): void }).unref?.();
  });
}
