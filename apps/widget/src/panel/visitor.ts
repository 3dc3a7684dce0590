/** Who the visitor is: somebody whom the site knows, or an anonymous identity of the server's. */
import type { ClientStorage } from '@chat-server/client';
import { type VisitorStorage, WIDGET } from './storage.js';

export interface Visitor {
  userId: string;
  token: string;
  expiresAt: string;
}

export const VISITOR_KEY = `${WIDGET}visitor`;

/** The visitor of an earlier visit; one who has expired is nobody. */
export function recallVisitor(storage: ClientStorage): Visitor | null {
  try {
    const visitor = JSON.parse(storage.getItem(VISITOR_KEY) ?? 'null') as Visitor | null;
    return visitor && Date.parse(visitor.expiresAt) > Date.now() ? visitor : null;
  } catch {
    return null;
  }
}

/** Longest to wait for an identity, in milliseconds: other tabs wait for it as well. */
const ANSWER = 10_000;

/**
 * The visitor of an earlier visit, or a new one; undefined when there is none to be had. Tabs that
 * want one at once ask one after the other, so that the first one's is that of all.
 */
export async function findVisitor(storage: VisitorStorage): Promise<Visitor | undefined> {
  const find = async () => {
    const recalled = recallVisitor(storage);
    const made = recalled ? undefined : await makeVisitor().catch(() => undefined);
    return made ? shareVisitor(storage, made) : (recalled ?? undefined);
  };
  try {
    return await navigator.locks.request(VISITOR_KEY, find);
  } catch {
    // No locks without HTTPS, nor where the browser keeps storage from frames.
    return find();
  }
}

/** Keeps one who has written, for every tab. @returns the one who was kept before, if there is one */
export function shareVisitor(storage: VisitorStorage, visitor: Visitor): Visitor {
  const shared = recallVisitor(storage);
  if (!shared && storage.isKept) storage.setItem(VISITOR_KEY, JSON.stringify(visitor));
  return shared ?? visitor;
}

/** @throws when the server cannot be reached, or does not want to. */
async function makeVisitor(): Promise<Visitor> {
  const signal = AbortSignal.timeout(ANSWER);
  const response = await fetch('/api/v1/visitors', { method: 'POST', signal });
  if (!response.ok) throw new Error(`visitors: ${response.status}`);
  return (await response.json()) as Visitor;
}

/** Whom a token is about; the server verifies it. Empty for what is no token. */
export function subjectOf(token: string): string {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(payload), (char) => char.charCodeAt(0));
    const { sub } = JSON.parse(new TextDecoder().decode(bytes)) as { sub?: unknown };
    return typeof sub === 'string' ? sub : '';
  } catch {
    return '';
  }
}
