/**
 * A namespace and its sockets: proves who connects, hands each packet to the wrapper, and answers.
 * Socket.IO wraps no handler, so a throw here would end the process: nothing in a listener may throw.
 */
import type { Server } from 'socket.io';
import { claimOf, type Identity } from '../auth/identity.js';
import { ChatError, toWireError } from '../errors.js';
import type { AuditLog } from '../services/AuditLog.js';
import { StoreUnavailable } from '../store/ChatStore.js';
import type { NamespaceName } from '../validations/events.js';
import type { Greeter } from './Greeter.js';
import type { Guards } from './Guards.js';
import type { Handle } from './handle.js';
import { Receiver } from './Receiver.js';
import { releaseRequest } from './release.js';
import { Stay, type StayParts } from './Stay.js';

export interface Connections extends StayParts {
  io: Server;
  identity: Identity;
  handle: Handle;
  greeter: Greeter;
  guards: Guards;
  audit: AuditLog;
}

export function serveNamespace(namespace: NamespaceName, connections: Connections): void {
  const { io, identity, handle, greeter, guards, audit } = connections;
  const sockets = io.of(`/${namespace}`);
  const receiving = { namespace, handle, emitter: connections.emitter };

  sockets.use((socket, next) => {
    const { query, auth, headers } = socket.handshake;
    identity
      .prove({
        namespace,
        claimedId: query[claimOf[namespace]],
        claimedRole: query.role,
        token: auth?.token,
        cookie: headers.cookie,
      })
      .then(async (session) => {
        const stay = new Stay(socket, session, guards.of(socket), connections);
        await stay.begin();
        Object.assign(socket.data, { session, stay });
        next();
      })
      .catch((error: unknown) => {
        // A client that is refused stays away; one whose connection is closed tries again.
        if (error instanceof StoreUnavailable) socket.conn.close();
        next(connectError(error)); // Also then, or the library would keep the socket for good.
      });
  });

  sockets.on('connection', (socket) => {
    const stay: Stay = socket.data.stay;
    releaseRequest(socket);
    stay.enter();
    const receiver = new Receiver(stay, receiving);
    // Every packet comes by here, and goes no further: no listener has a name (`next` is not called).
    socket.use(([event, ...args]) => receiver.take(event, args));
    greeter.greet(stay);
    if (namespace === 'user') return;
    audit.note({ by: stay.actor, action: 'connect', address: stay.address });
  });
}

/** The default namespace has no events; whoever joins it is told where to go. */
export function refuseDefaultNamespace(io: Server): void {
  io.use((_socket, next) => next(connectError(new ChatError('no_namespace'))));
}

/** The form in which Socket.IO carries a refusal to the client's `connect_error`. */
function connectError(error: unknown): Error {
  const wire = toWireError(error);
  return Object.assign(new Error(wire.message), { data: wire });
}
