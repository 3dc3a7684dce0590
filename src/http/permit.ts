import type { Response } from 'express';
import type { Actor } from '../auth/policy.js';
import { ChatError, type Reason } from '../errors.js';
import { sessionOf } from '../middlewares/authenticate.js';
import { addressIn } from '../middlewares/rateLimit.js';

/** @throws ChatError when a rule refuses. */
export function permit(refused: Reason | null): void {
  if (refused) throw new ChatError(refused);
}

/** For the audit log. */
export function whoAsks(response: Response): { by: Actor; address: string } {
  return { by: sessionOf(response).actor, address: addressIn(response) };
}
