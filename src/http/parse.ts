import type { z } from 'zod';
import { ChatError } from '../errors.js';

/** @throws ChatError `invalid_payload` */
export function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw ChatError.ofPayload(parsed.error.issues);
}
