import type { ErrorRequestHandler, RequestHandler } from 'express';
import { ChatError, errorCodes, type Reason, toWireError } from '../errors.js';
import type { Logger } from '../log.js';
import { explain } from '../services/failures.js';

/** An address that no route has. */
export const notFound: RequestHandler = () => {
  throw new ChatError('unknown_route');
};

/** What Express and its body parser call the mistakes of a client. */
const clientMistakes: Record<string, Reason> = {
  'entity.too.large': 'payload_too_large',
  'entity.parse.failed': 'bad_json',
};

/** The end of every failed request: `{error: {code, message}}` with the status of the code. */
export function errorHandler(log: Logger): ErrorRequestHandler {
  return (thrown: unknown, request, response, next) => {
    if (response.headersSent) return next(thrown);
    const error = mistakeOf(thrown) ?? explain(thrown, log, { method: request.method });
    const wire = toWireError(error);
    if (wire.retryAfter !== undefined) response.set('Retry-After', String(wire.retryAfter));
    response.status(errorCodes[wire.code].status).json({ error: wire });
  };
}

function mistakeOf(thrown: unknown): ChatError | undefined {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  const { type, status } = thrown as { type?: unknown; status?: unknown };
  const reason = typeof type === 'string' ? clientMistakes[type] : undefined;
  if (reason) return new ChatError(reason);
  const clientsFault = typeof status === 'number' && status >= 400 && status < 500;
  return clientsFault ? new ChatError('invalid_payload') : undefined;
}
