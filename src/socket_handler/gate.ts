/**
 * What a connection has to pass before there is one: the server is ready, the page may connect, its
 * address has room. Refusals are HTTP: the engine itself would answer every one of them to a WebSocket
 * with 400, and could not say when to try again.
 */
import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Server } from 'socket.io';
import type { OriginCheck } from '../auth/origin.js';
import { ChatError, errorCodes, type Reason, toWireError } from '../errors.js';
import { type Addresses, networkOf } from '../limits/addresses.js';
import type { Limits } from '../limits/Limits.js';
import type { EngineConnection } from './ConnectionGuard.js';
import type { Guards } from './Guards.js';

export interface GateParts {
  origins: OriginCheck;
  limits: Limits;
  addresses: Addresses;
  /** Why nobody may connect now, or null. */
  closed(): Reason | null;
}

/** The parts of an engine.io request and response that its types keep to themselves. */
type EngineRequest = IncomingMessage & { _query?: { sid?: string } };

/** A handshake that holds a place of its address. */
interface Admitted {
  address: string;
  response: ServerResponse;
  leave(): void;
}

export function guardHandshakes(io: Server, guards: Guards, parts: GateParts): void {
  const { addresses } = parts.limits;
  const leave = (address: string) => addresses.leave(address);
  const places = new WeakMap<IncomingMessage, Admitted>();

  io.engine.use((request: EngineRequest, response: ServerResponse, next: () => void) => {
    // Nobody else listens yet, and an `error` that nobody hears ends the process.
    if (request.headers.upgrade !== undefined) request.socket.on('error', ignore);
    if (request._query?.sid) return next(); // It has passed before.
    admit(request, parts)
      .then((address) => {
        // It may have gone while it was asked for, and then its `close` has been.
        if (request.socket.destroyed) return leave(address);
        // A handshake that comes to nothing ends with its request; a connection keeps the place.
        const place = { address, response, leave: () => leave(address) };
        response.once('close', place.leave);
        places.set(request, place);
        next();
      })
      .catch((error: unknown) => refuse(request, response, error));
  });
  io.engine.on('connection', (connection: EngineConnection) => {
    const place = places.get(connection.request);
    if (!place) return connection.close(true); // It has not passed here; a throw would end the process.
    const { response, address } = place;
    response.off('close', place.leave);
    // engine.io keeps the response as long as the connection, and with it the whole request.
    Object.assign(response, { req: undefined });
    places.delete(connection.request);
    guards.watch(connection, address, leave);
  });
}

/** Outside, so that it holds on to nothing for as long as the connection lives. */
const ignore = () => undefined;

/** Connections that ask for nothing cost too. Those of a proxy are many clients', and its to count. */
export function limitPeers(http: HttpServer, { limits, addresses }: GateParts): void {
  if (!addresses.arePeers) return;
  // One listener for all: Node keeps the address of a socket that has closed, once it was asked.
  function leave(this: Socket) {
    limits.peers.leave(peerOf(this));
  }
  http.on('connection', (socket) => {
    if (limits.peers.enter(peerOf(socket))) socket.on('close', leave);
    else socket.destroy();
  });
}

const peerOf = ({ remoteAddress = '' }: Socket) => networkOf(remoteAddress);

/**
 * @returns the address, of which it holds a place now
 * @throws ChatError
 */
async function admit(request: IncomingMessage, parts: GateParts): Promise<string> {
  const { origins, limits, addresses, closed } = parts;
  const reason = closed() ?? origins.refuse(request);
  if (reason) throw new ChatError(reason);
  const address = addresses.of(request);
  await limits.spend('connectsOfAddress', address);
  if (!limits.addresses.enter(address)) throw ChatError.crowded();
  return address;
}

function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const wire = toWireError(error);
  const body = JSON.stringify({ error: wire });
  const { status } = errorCodes[wire.code];
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    Connection: 'close',
  };
  if (wire.retryAfter !== undefined) headers['Retry-After'] = String(wire.retryAfter);
  if (request.headers.upgrade === undefined) {
    response.writeHead(status, headers).end(body);
    return;
  }
  // An upgrade has no response, only the connection.
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  request.socket.end(`HTTP/1.1 ${status} \r\n${lines.join('')}\r\n${body}`);
}
