import type { Request, RequestHandler } from 'express';
import { claimOf, type Identity } from '../auth/identity.js';
import type { OriginCheck } from '../auth/origin.js';
import type { Session } from '../auth/tokens.js';
import { ChatError } from '../errors.js';
import type { NamespaceName } from '../validations/events.js';

/** The same gate as at the handshake of a socket: foreign pages and rebound names stay out. */
export function checkOrigin(origins: OriginCheck): RequestHandler {
  return (request, _response, next) => {
    const refused = origins.refuse(request);
    next(refused ? new ChatError(refused) : undefined);
  };
}

/** Proves who asks; {@link sessionOf} gives it to the route. */
export function authenticate(namespace: NamespaceName, identity: Identity): RequestHandler {
  return async (request, response, next) => {
    response.locals.session = await identity.proveRequest({
      namespace,
      claimedId: request.query[claimOf[namespace]],
      claimedRole: request.query.role,
      token: bearerOf(request),
      cookie: request.headers.cookie,
    });
    next();
  };
}

export function sessionOf(response: { locals: Record<string, unknown> }): Session {
  return response.locals.session as Session;
}

/** RFC 6750, section 2.1. A token never comes in the address: addresses are logged. */
function bearerOf(request: Request): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}
