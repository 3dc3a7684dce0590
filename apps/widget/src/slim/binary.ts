/** Our packets are text, and the server refuses any other: what Socket.IO does for binary ones is left out. */

export const isBinary = (): boolean => false;
export const hasBinary = isBinary;

const refuse = (): never => {
  throw new Error('a binary packet');
};
export const deconstructPacket = refuse;
export const reconstructPacket = refuse;
