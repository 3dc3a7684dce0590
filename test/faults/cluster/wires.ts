/** Faults of a connection that need to know what it carries. Each is off until it is switched on. */
import type { Interceptor } from '../../support/proxy.js';
import type { Random } from '../../support/random.js';

const NOTHING = Buffer.alloc(0);
/** A simple query with the text `commit`, as the driver sends it. */
const COMMIT = Buffer.from('commit\0');

/** PostgreSQL commits, and the reply is lost with the connection. */
export class LostCommits {
  on = false;
  lost = 0;

  constructor(private readonly random: Random) {}

  readonly intercept = (): Interceptor => {
    let losing = false;
    return {
      toServer: (data, cut) => {
        if (this.on && data.includes(COMMIT) && this.random.chance(0.1)) {
          losing = true;
          this.lost++;
          setTimeout(cut, 50);
        }
        return data;
      },
      toClient: (data) => (losing ? NOTHING : data),
    };
  };
}

/** Redis delivers what was published in another order, and some of it twice. */
export class LyingBus {
  on = false;
  lies = 0;

  constructor(private readonly random: Random) {}

  readonly intercept = (): Interceptor => {
    let rest = NOTHING;
    let late: Buffer[] = [];
    return {
      toServer: (data) => data,
      toClient: (data) => {
        const out: Buffer[] = [];
        rest = Buffer.concat([rest, data]);
        for (let end = endOfReply(rest, 0); end > 0; end = endOfReply(rest, 0)) {
          const reply = rest.subarray(0, end);
          rest = rest.subarray(end);
          const isPush = reply[0] === PUSH && reply.includes('$7\r\nmessage\r\n');
          if (this.on && isPush && this.random.chance(0.4)) {
            late.push(reply);
            if (this.random.chance(0.3)) late.push(reply);
            this.lies++;
            continue;
          }
          out.push(reply);
          if (late.length > 0 && (!this.on || this.random.chance(0.3))) {
            out.push(...late.reverse());
            late = [];
          }
        }
        return Buffer.concat(out);
      },
    };
  };
}

const PUSH = 0x3e; // '>'

/** Where a reply of the Redis protocol (RESP3) ends; -1 while it is not complete. */
function endOfReply(data: Buffer, start: number): number {
  const line = data.indexOf('\r\n', start);
  if (line < 0) return -1;
  const type = String.fromCharCode(data[start] as number);
  const count = Number(data.toString('latin1', start + 1, line));
  let end = line + 2;
  if ('$=!'.includes(type)) {
    if (count >= 0) end += count + 2;
    return end <= data.length ? end : -1;
  }
  if (!'*~>%'.includes(type)) return end;
  for (let left = type === '%' ? 2 * count : count; left > 0 && end > 0; left--) {
    end = end < data.length ? endOfReply(data, end) : -1;
  }
  return end;
}
