/**
 * What a connection keeps of the request that began it. The libraries hold on to the whole of it, with
 * every header, for as long as the connection lives; a third of what an idle one costs.
 */
import type { Socket } from 'socket.io';

/** Call it when the socket is in its namespace; its `handshake` is empty from then on. */
export function releaseRequest(socket: Socket): void {
  const { headers, query, secure } = socket.handshake;
  // A later namespace on the same connection is judged by these.
  const request = {
    headers: headers.cookie === undefined ? EMPTY : { cookie: headers.cookie },
    _query: query,
    connection: secure ? ENCRYPTED : PLAIN,
  };
  Object.assign(socket.conn, { request });
  Object.assign(socket, { handshake: EMPTY });
}

const EMPTY = {};
const ENCRYPTED = { encrypted: true };
const PLAIN = { encrypted: false };
