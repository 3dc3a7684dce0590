/**
 * A namespace and its sockets: proves who connects, hands each packet to the wrapper, and answers.
 * Socket.IO wraps no handler, so a throw here would end the process: nothing in a listener may throw.
 */
import type { Server, Socket } from 'socket.io';
import { claimOf, type Identity } from '../auth/identity.js';
import { keyOf } from '../auth/policy.js';
import type { Session } from '../auth/tokens.js';
import { ChatError, toWireError } from '../errors.js';
import type { Cluster } from '../feed/Cluster.js';
import type { Emitter } from '../feed/Emitter.js';
import type { Limits } from '../limits/Limits.js';
import type { AuditLog } from '../services/AuditLog.js';
import type { ViewerService } from '../services/ViewerService.js';
import { StoreUnavailable } from '../store/ChatStore.js';
import type { NamespaceName } from '../validations/events.js';
import type { Greeter } from './Greeter.js';
import type { Guards } from './Guards.js';
import type { Handle } from './handle.js';
import { Receiver } from './Receiver.js';
import { releaseRequest } from './release.js';

export interface Connections {
  io: Server;
  identity: Identity;
  handle: Handle;
  emitter: Emitter;
  greeter: Greeter;
  viewers: ViewerService;
  limits: Limits;
  guards: Guards;
  cluster: Cluster | undefined;
  audit: AuditLog;
}

export function serveNamespace(namespace: NamespaceName, connections: Connections): void {
  const { io, identity, emitter, greeter, viewers, guards, cluster, audit } = connections;
  const sockets = io.of(`/${namespace}`);

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
        await admit(socket, session, connections);
        if (cluster) await arrive(socket, session, cluster, guards);
        socket.data.session = session;
        next();
      })
      .catch((error: unknown) => {
        // A client that is refused stays away; one whose connection is closed tries again.
        if (error instanceof StoreUnavailable) socket.conn.close();
        else next(connectError(error));
      });
  });

  sockets.on('connection', (socket) => {
    const session: Session = socket.data.session;
    releaseRequest(socket);
    socket.on('disconnect', guards.of(socket).entered());
    emitter.join(socket, session.actor);
    const receiver = new Receiver(namespace, socket, session, connections);
    // Every packet comes by here, and goes no further: no listener has a name (`next` is not called).
    socket.use(([event, ...args]) => receiver.take(event, args));
    greeter.greet(socket, session.actor);
    if (namespace === 'user') return;
    socket.on('disconnect', () => viewers.left(socket.id));
    audit.note({ by: session.actor, action: 'connect', address: guards.of(socket).address });
  });
}

/** @throws ChatError `rate_limited` when the identity has been in too often, or is in too many times. */
async function admit(
  socket: Socket,
  { actor }: Session,
  { limits, guards }: Connections,
): Promise<void> {
  const guard = guards.of(socket);
  const key = keyOf(actor);
  await limits.spend('connectsOfIdentity', key);
  const leave = limits.identities.enter(key);
  if (!leave) throw ChatError.crowded();
  // The connection may also end before the socket is in, and then there is no `disconnect`.
  socket.on('disconnect', guard.hold(leave));
}

/** @throws StoreUnavailable when it cannot be said what is there already. */
async function arrive(
  socket: Socket,
  { actor }: Session,
  cluster: Pick<Cluster, 'arrive' | 'leave'>,
  guards: Guards,
): Promise<void> {
  const arriving = cluster.arrive(actor);
  let here = true;
  const leave = () => {
    if (here) cluster.leave(actor);
    here = false;
  };
  socket.on('disconnect', guards.of(socket).hold(leave));
  await arriving;
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
