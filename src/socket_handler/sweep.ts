/** Connections that do not read have to leave: what waits for them is the server's memory. */
import type { Server } from 'socket.io';
import type { Logger } from '../log.js';

/** Bytes that may wait for one reader. It is closed then, and catches up when it comes back. */
const OUTSTANDING_LIMIT = 4 * 1024 * 1024;

/** The parts of an engine.io connection that its types keep to themselves. */
interface EngineConnection {
  writeBuffer: { data?: string | Buffer }[];
  transport: { socket?: { bufferedAmount?: number } };
  close(discard: boolean): void;
}

export function connectionsOf(io: Server): EngineConnection[] {
  return Object.values(
    (io.engine as unknown as { clients: Record<string, EngineConnection> }).clients,
  );
}

/** @returns how many were closed. */
export function closeSlowReaders(io: Server, log: Logger): void {
  let closed = 0;
  for (const connection of connectionsOf(io)) {
    if (outstanding(connection) <= OUTSTANDING_LIMIT) continue;
    connection.close(true);
    closed++;
  }
  if (closed > 0) log.warn({ closed }, 'closed connections that did not read');
}

function outstanding({ writeBuffer, transport }: EngineConnection): number {
  let bytes = transport.socket?.bufferedAmount ?? 0;
  for (const { data } of writeBuffer) bytes += data?.length ?? 0;
  return bytes;
}
