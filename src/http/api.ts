/**
 * REST: every event of the table under its `route`, through the same wrapper as on a socket, so that
 * no rule can hold for one and not for the other.
 */
import { randomBytes } from 'node:crypto';
import express, { type Request, type RequestHandler, Router } from 'express';
import { z } from 'zod';
import type { Identity } from '../auth/identity.js';
import type { Tokens } from '../auth/tokens.js';
import { ChatError } from '../errors.js';
import type { Addresses } from '../limits/addresses.js';
import type { Limits } from '../limits/Limits.js';
import { authenticate, sessionOf } from '../middlewares/authenticate.js';
import { addressIn, limitRequests } from '../middlewares/rateLimit.js';
import type { Handle } from '../socket_handler/handle.js';
import { clientEvents, type NamespaceName } from '../validations/events.js';

/** Largest body, as on a socket. */
export const BODY_LIMIT = 64 * 1024;

export interface ApiParts {
  handle: Handle;
  identity: Identity;
  tokens: Tokens;
  limits: Limits;
  visitorTokenDays: number;
  addresses: Addresses;
  signInRoutes: Router;
  oversightRoutes: Router;
}

export function createApi(parts: ApiParts): Router {
  const { identity, limits, addresses, signInRoutes, oversightRoutes } = parts;
  const api = Router();
  api.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  api.use(limitRequests(limits, addresses));
  api.use(express.json({ limit: BODY_LIMIT }));
  api.use(signInRoutes);
  api.use(oversightRoutes);
  api.post('/visitors', createVisitor(parts));
  for (const namespace of ['user', 'admin'] as const) {
    const events = Router();
    events.use(authenticate(namespace, identity));
    for (const [event, { route, payload }] of Object.entries(clientEvents[namespace])) {
      if (route === null) continue;
      const [method, path] = route.split(' ') as ['GET' | 'POST', string];
      const answer = answerWith(parts, namespace, event, method, payload);
      if (method === 'GET') events.get(path, answer);
      else events.post(path, answer);
    }
    api.use(`/${namespace}`, events);
  }
  return api;
}

/** An anonymous identity for a visitor whom the site does not know. Nothing is stored for it. */
function createVisitor({ tokens, visitorTokenDays, limits }: ApiParts): RequestHandler {
  return async (_request, response) => {
    await limits.spend('visitorsOfAddress', addressIn(response));
    const userId = `visitor_${randomBytes(16).toString('base64url')}`;
    const { token, expiresAt } = await tokens.sign({ id: userId, role: 'user' }, visitorTokenDays);
    response.status(201).json({ userId, token, expiresAt: expiresAt.toISOString() });
  };
}

function answerWith(
  { handle, limits }: ApiParts,
  namespace: NamespaceName,
  event: string,
  method: 'GET' | 'POST',
  schema: z.ZodType,
): RequestHandler {
  const numbers = method === 'GET' ? numbersIn(schema) : NONE;
  return async (request, response) => {
    const { actor } = sessionOf(response);
    const address = addressIn(response);
    const allowance = limits.allowanceOf(actor, address);
    const payload = { ...payloadOf(request, numbers), ...request.params };
    const { data, repeat } = await handle.ask(namespace, event, payload, {
      actor,
      allowance,
      address,
    });
    response.status(request.method === 'POST' && !repeat ? 201 : 200).json(data);
  };
}

/** GET has its payload in the query, where numbers arrive as text; POST has it in the body. */
function payloadOf(request: Request, numbers: ReadonlySet<string>): Record<string, unknown> {
  if (request.method === 'GET') {
    const { userId: _user, adminId: _admin, role: _role, ...query } = request.query;
    return Object.fromEntries(
      Object.entries(query).map(([name, value]) => [
        name,
        numbers.has(name) && isNumber(value) ? Number(value) : value,
      ]),
    );
  }
  const body: unknown = request.body ?? {};
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body };
  throw new ChatError('invalid_payload', { details: ['the body must be a JSON object'] });
}

const NONE: ReadonlySet<string> = new Set();

/** Fields that are numbers; an id of digits alone is none. */
function numbersIn(schema: z.ZodType): ReadonlySet<string> {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const isInteger = (field: unknown) => (field as { type?: unknown }).type === 'integer';
  return new Set(Object.keys(properties).filter((name) => isInteger(properties[name])));
}

function isNumber(value: unknown): boolean {
  return typeof value === 'string' && /^\d{1,15}$/.test(value);
}
