/** What supervisors may do about people and access; one gate in front of all of it. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Response, Router } from 'express';
import type { Identity } from '../auth/identity.js';
import { type Actor, mayOversee, mayRevoke } from '../auth/policy.js';
import { authenticate, sessionOf } from '../middlewares/authenticate.js';
import type { AuditLog } from '../services/AuditLog.js';
import type { PersonService } from '../services/PersonService.js';
import type { RevocationService } from '../services/RevocationService.js';
import type { SignInService } from '../services/SignInService.js';
import type { OversightStore } from '../store/OversightStore.js';
import { auditQuery, namedUser, revocation } from '../validations/oversight.validation.js';
import { parse } from './parse.js';
import { permit, whoAsks } from './permit.js';

export interface OversightParts {
  identity: Identity;
  people: PersonService;
  revocations: RevocationService;
  audit: AuditLog;
  store: Pick<OversightStore, 'getAudit'>;
  signIns: Pick<SignInService, 'signOutAdmin'>;
}

export const OVERSIGHT_PATHS = ['/users', '/revocations', '/audit-log'];

export function createOversightRoutes(parts: OversightParts): Router {
  const { identity, people, audit, store } = parts;
  const routes = Router();
  routes.use(OVERSIGHT_PATHS, authenticate('admin', identity), (_request, response, next) => {
    permit(mayOversee(sessionOf(response).actor));
    next();
  });

  routes.get('/users/:userId/export', async (request, response) => {
    const { userId } = parse(namedUser, request.params);
    const { by, address } = whoAsks(response);
    const pieces = await people.exportUser(by, userId, address);
    response.attachment(`${userId}.json`);
    await pipeline(Readable.from(pieces), response);
  });
  routes.post('/users/:userId/erase', async (request, response) => {
    const { userId } = parse(namedUser, request.params);
    const { by, address } = whoAsks(response);
    response.json(await people.eraseUser(by, userId, address));
  });
  routes.post('/revocations', async (request, response) => {
    const wanted = parse(revocation, request.body ?? {});
    response.status(201).json(await revoke(parts, response, wanted));
  });
  routes.get('/audit-log', async (request, response) => {
    const { cursor, limit } = parse(auditQuery, request.query);
    const { by, address } = whoAsks(response);
    await audit.record({ by, action: 'get_audit_log', address });
    const { entries, nextCursor } = await store.getAudit(cursor ?? null, limit);
    const told = entries.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() }));
    response.json({ entries: told, nextCursor });
  });
  return routes;
}

async function revoke(
  { revocations, signIns, audit }: OversightParts,
  response: Response,
  {
    userId,
    adminId,
    token,
  }: { userId?: string | undefined; adminId?: string | undefined; token?: string | undefined },
): Promise<{ revoked: string }> {
  const { by, address } = whoAsks(response);
  if (token !== undefined) {
    const to = await revocations.revokeToken(token);
    await audit.record({ by, action: 'revoke_token', to, address });
    return { revoked: 'token' };
  }
  const to: Actor =
    adminId === undefined ? { id: userId ?? '', role: 'user' } : { id: adminId, role: 'admin' };
  permit(mayRevoke(by, to));
  await audit.record({ by, action: 'revoke_identity', to, address });
  await revocations.revokeIdentity(to);
  if (to.role === 'admin') await signIns.signOutAdmin(to.id, { by, address });
  return { revoked: to.id };
}
