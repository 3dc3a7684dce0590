/** The shapes of what supervisors ask for about people and access; these go over HTTP alone. */
import { z } from 'zod';
import { participantId } from './chat.validation.js';

export const namedUser = z.object({ userId: participantId });

/** Either a token, or whose proofs of before now shall count no more. */
export const revocation = z
  .strictObject({
    userId: participantId.optional(),
    adminId: participantId.optional(),
    token: z.string({ error: 'must be a string' }).max(8192, { error: 'is too long' }).optional(),
  })
  .refine((named) => Object.values(named).filter((one) => one !== undefined).length === 1, {
    error: 'give one of userId, adminId and token',
  });

export const auditQuery = z.object({
  cursor: z.coerce.number({ error: 'must be a number' }).int().positive().optional(),
  limit: z.coerce.number({ error: 'must be a number' }).int().min(1).max(500).default(100),
});
