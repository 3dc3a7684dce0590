/** Who the visitor is: somebody whom the site knows, or an anonymous identity of the server's. */
import type { ClientStorage } from '@chat-server/client';
import { WIDGET } from './storage.js';

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

/** @throws when the server cannot be reached, or does not want to. */
export async function makeVisitor(): Promise<Visitor> {
  const response = await fetch('/api/v1/visitors', { method: 'POST' });
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
