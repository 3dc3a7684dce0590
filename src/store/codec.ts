/**
 * How batches travel between the threads. Copying objects between threads is the dearest thing the
 * sockets' thread does for a message after the sockets themselves, so a message goes over as a short
 * array, and comes back as what only the database could know. Everything rarer goes as it is.
 */

import type { Command, Failed, Outcome, SendMessage } from '../timeline/commands.js';
import { newEntry } from '../timeline/decide.js';
import type { Role } from '../validations/events.js';
import { StoreUnavailable } from './ChatStore.js';
import { describe, revive, type StoreFailure } from './protocol.js';

export type PackedCommand = Exclude<Command, SendMessage> | PackedMessage;
type PackedMessage = [
  id: string,
  role: Role,
  chatId: string,
  content: string,
  clientMessageId: string | undefined,
  receiverId: string | null | undefined,
];

export type PackedOutcome = Exclude<Outcome, Failed> | { failed: StoreFailure } | PackedSent;
/** A fresh message; the rest of its entry is in the command. */
type PackedSent = [seq: number, userId: string, adminId: string | null, createdAt: string];

export function packCommands(commands: readonly Command[]): PackedCommand[] {
  return commands.map((command) => {
    if (command.kind !== 'message') return command;
    const { actor, chatId, content, clientMessageId, receiverId } = command;
    return [actor.id, actor.role, chatId, content, clientMessageId, receiverId];
  });
}

export function unpackCommands(packed: readonly PackedCommand[]): Command[] {
  return packed.map((one) => {
    if (!Array.isArray(one)) return one;
    const [id, role, chatId, content, clientMessageId, receiverId] = one;
    return { kind: 'message', actor: { id, role }, chatId, content, clientMessageId, receiverId };
  });
}

export function packOutcomes(outcomes: readonly Outcome[]): PackedOutcome[] {
  return outcomes.map((outcome) => {
    if ('failed' in outcome) return { failed: describe(outcome.failed) };
    if (!('kind' in outcome) || outcome.kind !== 'message' || !outcome.fresh) return outcome;
    const { entry, to } = outcome;
    return [entry.seq, to.userId, to.adminId, entry.createdAt];
  });
}

/** @param commands of the same batch, in the same order */
export function unpackOutcomes(
  packed: readonly PackedOutcome[],
  commands: readonly Command[],
): Outcome[] {
  return packed.map((one, index) => {
    if ('failed' in one) return { failed: revive(one.failed) };
    if (!Array.isArray(one)) return one;
    const command = commands[index];
    // It has been committed: the outcome is unknown, and must not pass for a batch that failed.
    if (command?.kind !== 'message')
      throw new StoreUnavailable('An outcome fits no command.', true);
    const [seq, userId, adminId, createdAt] = one;
    const to = { chatId: command.chatId, userId, adminId };
    return { kind: 'message', fresh: true, entry: newEntry(command, to, seq, createdAt), to };
  });
}
