/**
 * Frames that wait for one connection leave in one write per turn of the event loop. After a group
 * commit many frames wait at once, often several for the same connection; a system call for each would
 * be most of what the process does under load.
 */
import type { Server } from 'socket.io';

/** The parts of an engine.io connection that its types keep to themselves. */
interface Connection {
  flush(): void;
  transport: { socket?: { _socket?: { cork(): void; uncork(): void } } };
}

export function coalesceWrites(io: Server): void {
  let waiting: (() => void)[] = [];
  const flushAll = () => {
    const due = waiting;
    waiting = [];
    for (const flush of due) flush();
  };
  io.engine.on('connection', (connection: Connection) => {
    const flushNow = connection.flush.bind(connection);
    let isWaiting = false;
    const flush = () => {
      isWaiting = false;
      const tcp = connection.transport.socket?._socket;
      tcp?.cork();
      flushNow();
      tcp?.uncork();
    };
    connection.flush = () => {
      if (isWaiting) return;
      isWaiting = true;
      if (waiting.push(flush) === 1) setImmediate(flushAll);
    };
  });
}
