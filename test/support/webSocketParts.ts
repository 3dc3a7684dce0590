/** The parts of `ws` that make and read frames; its types keep them to themselves. */
import type { Writable } from 'node:stream';
import * as ws from 'ws';

interface Parts {
  Receiver: new (options: { isServer: boolean }) => Writable;
  Sender: { frame(data: Buffer, options: object): Buffer[] };
}
const { Receiver, Sender } = ws as unknown as Parts;

/** Texts that a server reads from the bytes of a client. @throws for what is no frame of a client. */
export function readAsServer(bytes: Buffer): string[] {
  const texts: string[] = [];
  const receiver = new Receiver({ isServer: true });
  receiver.on('message', (data: Buffer) => texts.push(data.toString()));
  receiver.on('error', (error) => {
    throw error;
  });
  receiver.write(bytes);
  return texts;
}

/** A text frame of a server, in its parts. */
export function serverFrame(text: string): Buffer[] {
  const options = { fin: true, rsv1: false, opcode: 1, mask: false, readOnly: false };
  return Sender.frame(Buffer.from(text), options);
}
