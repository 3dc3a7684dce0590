/** The shapes of what is sent to sign in and to keep accounts; these go over HTTP alone. */
import { z } from 'zod';
import { participantId } from './chat.validation.js';

/** A new password: long rather than odd, as NIST SP 800-63B recommends. */
export const newPassword = z
  .string({ error: 'must be a string' })
  .min(10, { error: 'must have at least 10 characters' })
  .max(200, { error: 'must have at most 200 characters' });

/** One that is only compared: a wrong one is refused as wrong, however short it is. */
const givenPassword = z.string({ error: 'must be a string' }).max(200, { error: 'is too long' });

export const accountRole = z.enum(['admin', 'supervisor'], {
  error: 'must be admin or supervisor',
});

export const credentials = z.object({ adminId: participantId, password: givenPassword });

export const newAccount = z.object({
  adminId: participantId,
  password: newPassword,
  role: accountRole.optional(),
});

const setupToken = z.string({ error: 'must be a string' }).max(100, { error: 'is too long' });

export const checkSetup = z.object({ setupToken });

export const setUp = z.object({
  setupToken,
  adminId: participantId,
  password: newPassword,
});

export const changePassword = z.object({ password: givenPassword, newPassword });

export const namedAccount = z.object({ adminId: participantId });

export type NewAccount = z.infer<typeof newAccount>;
