/**
 * Many WebSocket frames in one piece of memory. The library makes two buffers and up to two stream
 * writes of each frame; here all frames that wait for a connection become one buffer and one write.
 */

/** A packet of Engine.IO, version 4, on its way out. */
export interface Packet {
  type: string;
  data?: string | Buffer;
  /** A frame that a broadcast has made already: header and payload. */
  options?: { wsPreEncodedFrame?: Buffer[] };
}

/** The first character of each type of packet (Engine.IO protocol, version 4). */
const prefixOf: Record<string, string> = {
  open: '0',
  close: '1',
  ping: '2',
  pong: '3',
  message: '4',
  upgrade: '5',
  noop: '6',
};

/** Frames are put together here, then copied out in the size they have. */
const desk = Buffer.allocUnsafeSlow(256 * 1024);

/** @returns null for what is not only text, or is too much at once: then the library has to do it. */
export function framesOf(packets: readonly Packet[]): Buffer | null {
  let end = 0;
  for (const packet of packets) {
    const made = packet.options?.wsPreEncodedFrame;
    const next = made ? copyFrame(made, end) : writePacket(packet, end);
    if (next < 0) return null;
    end = next;
  }
  return Buffer.from(desk.subarray(0, end));
}

/** @returns where the frame ends, or -1. */
function copyFrame(parts: readonly Buffer[], at: number): number {
  let end = at;
  for (const part of parts) {
    if (end + part.length > desk.length) return -1;
    part.copy(desk, end);
    end += part.length;
  }
  return end;
}

function writePacket({ type, data = '' }: Packet, at: number): number {
  const prefix = prefixOf[type];
  if (prefix === undefined || typeof data !== 'string') return -1;
  // No character takes more than three bytes for each of its units.
  if (at + 11 + data.length * 3 > desk.length) return -1;
  const start = at + headerLength(data);
  desk[start] = prefix.charCodeAt(0);
  const length = 1 + desk.write(data, start + 1);
  desk[at] = 0x81; // Text, and the whole of it.
  if (length < 126) desk[at + 1] = length;
  else if (length < 65536) {
    desk[at + 1] = 126;
    desk.writeUInt16BE(length, at + 2);
  } else {
    desk[at + 1] = 127;
    desk.writeBigUInt64BE(BigInt(length), at + 2);
  }
  return start + length;
}

/** Bytes of the header. They are counted only where the number of characters does not settle it. */
function headerLength(data: string): number {
  const least = 1 + data.length;
  const most = 1 + data.length * 3;
  if (most < 126) return 2;
  if (least >= 126 && most < 65536) return 4;
  const length = 1 + Buffer.byteLength(data);
  if (length < 126) return 2;
  return length < 65536 ? 4 : 10;
}
