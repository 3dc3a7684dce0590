/**
 * WebSocket frames (RFC 6455) as a load generator needs them: cheap enough that the server under test,
 * and not this program, is what a run measures. Out go text frames made once, in which only digits
 * change; in come whole frames as ranges of the buffer that was read, copied nowhere.
 */

/** A text frame of a client: masked, as the protocol asks of clients. */
export function textFrame(payload: string, mask: Buffer): Buffer {
  const body = Buffer.from(payload);
  const start = headerLength(body.length) + mask.length;
  const frame = Buffer.alloc(start + body.length);
  frame[0] = 0x81; // The only frame of a text message.
  if (body.length < 126) frame[1] = 0x80 | body.length;
  else if (body.length < 65536) {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(body.length, 2);
  } else {
    frame[1] = 0x80 | 127;
    frame.writeBigUInt64BE(BigInt(body.length), 2);
  }
  mask.copy(frame, start - mask.length);
  for (let i = 0; i < body.length; i++) frame[start + i] = byte(body, i) ^ byte(mask, i & 3);
  return frame;
}

function headerLength(payloadLength: number): number {
  if (payloadLength < 126) return 2;
  return payloadLength < 65536 ? 4 : 10;
}

const byte = (buffer: Buffer, index: number) => buffer[index] as number;

/** A frame that is sent again and again with other digits in it. */
export class FrameTemplate {
  private readonly frame: Buffer;
  private readonly payloadStart: number;
  /** Offset and width in the payload of each run of digits that changes. */
  private readonly fields: [offset: number, width: number][];

  /** @param payload ASCII; each run of `#` in it is a field of as many digits. */
  constructor(
    payload: string,
    private readonly mask: Buffer,
  ) {
    this.frame = textFrame(payload, mask);
    this.payloadStart = this.frame.length - payload.length;
    this.fields = [...payload.matchAll(/#+/g)].map((run) => [run.index, run[0].length]);
  }

  get length(): number {
    return this.frame.length;
  }

  /** Writes the frame with these numbers in its fields, in their order, into a buffer. */
  write(into: Buffer, at: number, numbers: readonly number[]): void {
    this.frame.copy(into, at);
    for (let i = 0; i < this.fields.length; i++) {
      const [offset, width] = this.fields[i] as [number, number];
      let rest = numbers[i] as number;
      for (let position = offset + width - 1; position >= offset; position--) {
        const digit = rest % 10;
        rest = (rest - digit) / 10;
        into[at + this.payloadStart + position] = (48 + digit) ^ byte(this.mask, position & 3);
      }
    }
  }
}

/** Called with each whole frame; the range is valid during the call alone. */
export type OnFrame = (opcode: number, bytes: Buffer, start: number, end: number) => void;

/** Cuts what comes from a server into frames. */
export class FrameReader {
  private rest: Buffer | undefined;

  constructor(private readonly onFrame: OnFrame) {}

  /** @throws for what no server of ours sends: a masked frame, or a part of one. */
  push(chunk: Buffer): void {
    const bytes = this.rest ? Buffer.concat([this.rest, chunk]) : chunk;
    let at = 0;
    for (;;) {
      const header = headerOf(bytes, at);
      if (!header || at + header.start + header.length > bytes.length) break;
      const start = at + header.start;
      at = start + header.length;
      this.onFrame(header.opcode, bytes, start, at);
    }
    // A copy: the chunk is the buffer into which the next read goes.
    this.rest = at < bytes.length ? Buffer.from(bytes.subarray(at)) : undefined;
  }
}

function headerOf(bytes: Buffer, at: number) {
  if (bytes.length - at < 2) return undefined;
  const first = byte(bytes, at);
  const second = byte(bytes, at + 1);
  if ((first & 0xf0) !== 0x80 || second > 127) throw new Error('a frame that no server sends');
  const opcode = first & 0x0f;
  if (second < 126) return { opcode, start: 2, length: second };
  if (second === 126) {
    if (bytes.length - at < 4) return undefined;
    return { opcode, start: 4, length: bytes.readUInt16BE(at + 2) };
  }
  if (bytes.length - at < 10) return undefined;
  return { opcode, start: 10, length: Number(bytes.readBigUInt64BE(at + 2)) };
}
