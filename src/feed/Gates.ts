/** The gates of a node: by their chat, and by the identities whose chat it is now. */
import { type Actor, sideOf } from '../auth/policy.js';
import type { Address } from '../timeline/commands.js';
import { channelOf } from './Audience.js';
import { Gate } from './Gate.js';

const NONE: ReadonlySet<Gate> = new Set();

export class Gates {
  private readonly byChat = new Map<string, Gate>();
  /** By the channel of an identity. */
  private readonly byParticipant = new Map<string, Set<Gate>>();

  get(chatId: string): Gate | undefined {
    return this.byChat.get(chatId);
  }

  all(): Iterable<Gate> {
    return this.byChat.values();
  }

  of({ role, id }: Actor): ReadonlySet<Gate> {
    return this.byParticipant.get(channelOf(sideOf(role), id)) ?? NONE;
  }

  add(to: Address): Gate {
    const gate = new Gate(to);
    this.byChat.set(to.chatId, gate);
    this.move(gate, to);
    return gate;
  }

  /** Whose chat it is from now on. */
  move(gate: Gate, to: Address): void {
    this.removeParticipants(gate);
    gate.to = to;
    for (const channel of channelsOf(to)) {
      const gates = this.byParticipant.get(channel) ?? new Set();
      this.byParticipant.set(channel, gates.add(gate));
    }
  }

  /** Nobody is here any more who could wait for it. */
  remove(gate: Gate): void {
    this.byChat.delete(gate.to.chatId);
    this.removeParticipants(gate);
    gate.abandon();
  }

  private removeParticipants(gate: Gate): void {
    for (const channel of channelsOf(gate.to)) {
      const gates = this.byParticipant.get(channel);
      gates?.delete(gate);
      if (gates?.size === 0) this.byParticipant.delete(channel);
    }
  }
}

function channelsOf({ userId, adminId }: Address): string[] {
  const user = channelOf('user', userId);
  return adminId === null ? [user] : [user, channelOf('admin', adminId)];
}
