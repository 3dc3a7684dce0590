import { ChatError, type Reason } from '../errors.js';

/** What a service's method gives back. */
export interface Answer<T> {
  data: T;
  /** It had been done before, and nothing was written now. */
  repeat?: boolean;
}

/** Done, and there is nothing to say about it. */
export type Nothing = Record<string, never>;

/** @throws ChatError when the store has refused. */
export function granted<T extends object>(answer: T | { refused: Reason }): T {
  if ('refused' in answer) throw new ChatError(answer.refused);
  return answer;
}
