/**
 * Every access rule, numbered. Who a session is has been proven before (`auth/identity.ts`); which
 * namespace a role may join, and with it which events it may send, is `namespaceRoles`. Here is what
 * an identity may do with one chat. The store asks inside its transaction, so that no rule is judged
 * on a state that has passed.
 *
 * - **R1** A user reads, writes and ends their own chats, and knows of no other.
 * - **R2** An admin reads the chats that are or were theirs at the end, and those nobody has taken.
 * - **R3** An admin writes into, and ends, the chats that are theirs now.
 * - **R4** Any admin may take a chat that nobody has.
 * - **R5** A supervisor reads every chat and may end any, or put it back into the queue; to write, R3
 *   holds for them too.
 * - **R6** What one may not read does not exist: absent and foreign chats get one answer.
 * - **R7** A sender is who the session is; whoever claims another name is refused, not renamed.
 * - **R8** A supervisor keeps the accounts of admins, but cannot take their own away.
 * - **R9** A supervisor exports and erases users, revokes access (not their own), and reads the audit
 *   log.
 */
import type { Reason } from '../errors.js';
import type { Chat } from '../validations/chat.validation.js';
import type { NamespaceName, Role } from '../validations/events.js';

/** Who does something: an identity that has been proven. */
export interface Actor {
  id: string;
  role: Role;
}

/** The side of a chat that a role stands on. */
export function sideOf(role: Role): NamespaceName {
  return role === 'user' ? 'user' : 'admin';
}

/** An identity as a key: a user and an admin of one name are two. */
export function keyOf(actor: Actor): string {
  return `${sideOf(actor.role)}:${actor.id}`;
}

/** The parts of a chat that the rules look at. */
type Ownership = Pick<Chat, 'userId' | 'adminId' | 'status'>;

/** Each rule answers null for yes, and for no the reason that the client is told. */
type Verdict = Reason | null;

/** R1, R2, R5, R6. */
export function mayRead(actor: Actor, chat: Ownership | undefined): Verdict {
  if (!chat) return 'chat_not_found';
  if (actor.role === 'supervisor') return null;
  if (actor.role === 'user') return chat.userId === actor.id ? null : 'chat_not_found';
  if (chat.status === 'unassigned' || chat.adminId === actor.id) return null;
  return 'chat_not_found';
}

/** R1, R3, R5. */
export function mayWrite(actor: Actor, chat: Ownership | undefined): Verdict {
  const hidden = mayRead(actor, chat);
  if (hidden || !chat) return hidden;
  if (chat.status === 'ended') return 'chat_ended';
  if (actor.role === 'user' || chat.adminId === actor.id) return null;
  return chat.adminId === null ? 'not_taken' : 'chat_not_found';
}

/** R1, R3, R5. */
export function mayEnd(actor: Actor, chat: Ownership | undefined): Verdict {
  const refused = mayWrite(actor, chat);
  return refused !== 'chat_ended' && actor.role === 'supervisor' && chat ? null : refused;
}

/** R3, R5. */
export function mayUnassign(actor: Actor, chat: Ownership | undefined): Verdict {
  if (actor.role === 'user') return 'chat_not_found';
  const refused = mayEnd(actor, chat);
  return refused ?? (chat?.adminId === null ? 'not_taken' : null);
}

/** R1, R3: who takes part has marks; also after the end, when the last messages are read. */
export function mayMark(actor: Actor, chat: Ownership | undefined): Verdict {
  const hidden = mayRead(actor, chat);
  if (hidden || !chat) return hidden;
  if (actor.role === 'user' || chat.adminId === actor.id) return null;
  return chat.adminId === null ? 'not_taken' : 'chat_not_found';
}

/** R4. The admin who has it already may say so again. */
export function mayAssign(actor: Actor, chat: Ownership | undefined): Verdict {
  if (!chat || actor.role === 'user') return 'chat_not_found';
  if (chat.status === 'ended') return mayRead(actor, chat) ?? 'chat_ended';
  return chat.adminId === null || chat.adminId === actor.id ? null : 'already_assigned';
}

/** R1, R2, R5: whose chats a list shows. */
export function mayListAll(actor: Actor): Verdict {
  return actor.role === 'supervisor' ? null : 'supervisors_only';
}

/** R8. */
export function mayKeepAccounts(actor: Actor): Verdict {
  return actor.role === 'supervisor' ? null : 'supervisors_only';
}

/** R8: a desk that nobody can run is nobody's wish. */
export function mayChangeAccountOf(actor: Actor, adminId: string): Verdict {
  return mayKeepAccounts(actor) ?? (actor.id === adminId ? 'own_account' : null);
}

/** R9. */
export function mayOversee(actor: Actor): Verdict {
  return actor.role === 'supervisor' ? null : 'supervisors_only';
}

/** R9. */
export function mayRevoke(actor: Actor, revoked: Actor | undefined): Verdict {
  const own = revoked && sideOf(revoked.role) === sideOf(actor.role) && revoked.id === actor.id;
  return mayOversee(actor) ?? (own ? 'own_account' : null);
}

/** R7. Stock clients send `senderId`; empty or absent claims nothing. */
export function maySendAs(actor: Actor, senderId: string | undefined): Verdict {
  return !senderId || senderId === actor.id ? null : 'other_sender';
}
