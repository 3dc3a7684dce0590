import { Connection, type Side } from './Connection.js';

/** Connections that may be on their way at once: below every listening queue. */
const AT_ONCE = 200;

/** Opens connections named `u1`, `u2` … or `a1`, `a2` …, some at a time. */
export async function openAll(
  port: number,
  side: Side,
  count: number,
  first = 1,
): Promise<Connection[]> {
  const connections: Connection[] = [];
  for (let from = 0; from < count; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) =>
      Connection.open(port, side, `${side[0]}${first + from + index}`),
    );
    connections.push(...(await Promise.all(some)));
  }
  return connections;
}
