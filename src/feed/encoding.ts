/**
 * Packets as text. What goes out several times in one turn of the event loop (a message: to its user,
 * to its admin, and in the ack of whoever sent it) is made into JSON once. Nothing that is sent is
 * binary, so nothing is searched for it either, as the library's own encoder does with every packet.
 */
import { Encoder as LibraryEncoder, type Packet, PacketType } from 'socket.io-parser';

/** By what was sent in this turn: its JSON. Nothing that has been sent may change in the same turn. */
const sentInThisTurn = new Map<object, string>();
const forget = () => sentInThisTurn.clear();

function jsonOf(data: unknown): string {
  if (typeof data !== 'object' || data === null) return JSON.stringify(data);
  const known = sentInThisTurn.get(data);
  if (known !== undefined) return known;
  const json = JSON.stringify(data);
  if (sentInThisTurn.size === 0) setImmediate(forget);
  sentInThisTurn.set(data, json);
  return json;
}

/** The packet of an event, as it travels in a message of Engine.IO. */
export function encodeEvent(namespace: string, event: string, data: unknown): string {
  return `${PacketType.EVENT}${namespace},["${event}",${jsonOf(data)}]`;
}

/** Given to Socket.IO as part of its `parser`, so that acks come through here. */
export class Encoder extends LibraryEncoder {
  override encode(packet: Packet): string[] {
    const answer: unknown = packet.type === PacketType.ACK ? packet.data[0] : undefined;
    if (!isData(answer)) return super.encode(packet);
    const { type, nsp, id } = packet;
    return [`${type}${nsp},${id}[{"ok":true,"data":${jsonOf(answer.data)}}]`];
  }
}

/** The answer to an event that succeeded. */
function isData(answer: unknown): answer is { ok: true; data: object } {
  if (typeof answer !== 'object' || answer === null || !('data' in answer)) return false;
  return typeof answer.data === 'object' && answer.data !== null;
}
