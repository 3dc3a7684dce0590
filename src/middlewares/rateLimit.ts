/** Limits of the REST API: requests and open requests by address. Events have theirs besides. */
import type { RequestHandler } from 'express';
import { ChatError } from '../errors.js';
import type { Addresses } from '../limits/addresses.js';
import { Crowd } from '../limits/Crowd.js';
import type { Limits } from '../limits/Limits.js';

/** Requests of one address under way: a response that nobody reads is the server's memory. */
const OPEN_REQUESTS = 100;

/** {@link addressIn} gives the address to the routes behind it. */
export function limitRequests(limits: Limits, addresses: Addresses): RequestHandler {
  const open = new Crowd(OPEN_REQUESTS);
  return async (request, response, next) => {
    const address = addresses.of(request);
    response.locals.address = address;
    if (!open.enter(address)) throw ChatError.limited('too_many_requests', 1000);
    response.once('close', () => open.leave(address));
    await limits.spend('requestsOfAddress', address);
    next();
  };
}

export function addressIn(response: { locals: Record<string, unknown> }): string {
  return response.locals.address as string;
}
