/**
 * Our packets are text, and the server refuses any other: what Engine.IO and Socket.IO do for binary
 * ones is left out.
 */

/** By the digit with which a packet begins: Engine.IO protocol 4. */
const TYPES = ['open', 'close', 'ping', 'pong', 'message', 'upgrade', 'noop'];

interface Packet {
  type: string;
  data?: string;
}

export function encodePacket(
  { type, data = '' }: Packet,
  _supportsBinary: boolean,
  done: (encoded: string) => void,
): void {
  done(TYPES.indexOf(type) + data);
}

export function decodePacket(encoded: unknown): Packet {
  const type = typeof encoded === 'string' ? TYPES[Number(encoded[0])] : undefined;
  if (!type) return { type: 'error', data: 'parser error' };
  const data = (encoded as string).slice(1);
  return data ? { type, data } : { type };
}

const refuse = (): never => {
  throw new Error('a binary packet');
};
export const encodePacketToBinary = refuse;
export const deconstructPacket = refuse;
export const reconstructPacket = refuse;
export const hasBinary = (): boolean => false;
export const isBinary = hasBinary;
