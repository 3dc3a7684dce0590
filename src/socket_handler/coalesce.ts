/**
 * Frames that wait for one connection leave in one write per turn of the event loop. After a group
 * commit many frames wait at once, often several for the same connection; a system call for each would
 * be most of what the process does under load.
 */
import type { Server } from 'socket.io';
import { framesOf, type Packet } from './frames.js';

/** The parts of an engine.io connection that its types keep to themselves. */
interface Connection {
  transport: Transport;
  flush(): void;
  on(event: 'upgrade', listener: (transport: Transport) => void): void;
}

interface Transport {
  name: string;
  writable: boolean;
  send(packets: Packet[]): void;
  socket?: {
    readyState: number;
    extensions: string;
    _socket: { write(bytes: Buffer, done: (error?: Error | null) => void): void };
  };
  /** Says that the next packets may be sent, or that the connection is broken. */
  _onSentLast?(error?: Error | null): void;
}

const OPEN = 1;

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
      flushNow();
    };
    connection.flush = () => {
      if (isWaiting) return;
      isWaiting = true;
      if (waiting.push(flush) === 1) setImmediate(flushAll);
    };
    sendAtOnce(connection.transport);
    connection.on('upgrade', sendAtOnce);
  });
}

/** Has a WebSocket transport send all packets it is given in one write. */
function sendAtOnce(transport: Transport): void {
  const { socket, _onSentLast: sent } = transport;
  if (transport.name !== 'websocket' || !socket || !sent) return;
  const sendEach = transport.send.bind(transport);
  transport.send = (packets) => {
    // Compressed frames, and those of a connection that is closing, are the library's.
    const direct = socket.readyState === OPEN && socket.extensions === '';
    const bytes = direct ? framesOf(packets) : null;
    if (!bytes) {
      sendEach(packets);
      return;
    }
    transport.writable = false;
    socket._socket.write(bytes, sent);
  };
}
