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
}

interface WebSocketTransport extends Transport {
  socket: {
    readyState: number;
    extensions: string;
    _socket: { write(bytes: Buffer, done: (error?: Error | null) => void): void };
  };
  /** Says that the next packets may be sent, or that the connection is broken. */
  _onSentLast(error?: Error | null): void;
}

const OPEN = 1;

export function coalesceWrites(io: Server): void {
  let waiting = new Set<Connection>();
  const flushAll = () => {
    const due = waiting;
    waiting = new Set();
    for (const connection of due) libraryOf(connection).flush.call(connection);
  };
  // One function for all connections: one for each would be memory that every idle one costs.
  function flush(this: Connection) {
    if (waiting.size === 0) setImmediate(flushAll);
    waiting.add(this);
  }
  io.engine.on('connection', (connection: Connection) => {
    connection.flush = flush;
    sendAtOnce(connection.transport);
    connection.on('upgrade', sendAtOnce);
  });
}

/** Has a WebSocket transport send all packets it is given in one write. */
function sendAtOnce(transport: Transport): void {
  if (transport.name === 'websocket') Object.assign(transport, { send });
}

function send(this: WebSocketTransport, packets: Packet[]): void {
  const { readyState, extensions, _socket: tcp } = this.socket;
  // Compressed frames, and those of a connection that is closing, are the library's.
  const bytes = readyState === OPEN && extensions === '' ? framesOf(packets) : null;
  if (!bytes) {
    libraryOf(this).send.call(this, packets);
    return;
  }
  this.writable = false;
  tcp.write(bytes, this._onSentLast);
}

/** The methods as the library has them. */
const libraryOf = <T extends object>(object: T): T => Object.getPrototypeOf(object);
