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
import type { Handle } from './handle.js';
import { releaseRequest } from './release.js';
import type { Guards } from './sweep.js';

/** Events of one connection that may wait for their answer at once; bounds what a client can pile up. */
const UNANSWERED_LIMIT = 1000;
/** When an identity has too many connections, nobody knows for how long: in milliseconds. */
const CROWDED_FOR = 10_000;
/** Events that nobody misses: what is too much of them is dropped, and only an ack tells. */
const FLEETING: readonly unknown[] = ['typing', 'visit_page'];

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

type Ack = (answer: object) => void;

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
    receive(namespace, socket, session, connections);
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
  if (!leave) throw ChatError.limited('too_many_connections', CROWDED_FOR);
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

function receive(
  namespace: NamespaceName,
  socket: Socket,
  session: Session,
  { handle, emitter, limits, guards }: Connections,
): void {
  const guard = guards.of(socket);
  const { actor } = session;
  const allowance = limits.allowanceOf(actor, guard.address);
  const sender = { actor, socketId: socket.id, allowance, address: guard.address };
  let unanswered = 0;

  const answer = async (event: unknown, payload: unknown, ack: Ack | undefined) => {
    unanswered++;
    try {
      const now = Date.now();
      const overdrawn = guard.overdrawn(now);
      if (overdrawn > 0) throw ChatError.limited('too_many_bytes', overdrawn);
      if (unanswered > UNANSWERED_LIMIT) throw ChatError.limited('too_many_unanswered', 1000);
      if (session.expiresAt <= now) throw new ChatError('bad_token');
      const { data, emission } = await handle.answer(namespace, event, payload, sender);
      if (guard.cutIfSlow()) return;
      ack?.({ ok: true, data });
      if (emission) socket.emit(...emission);
    } catch (thrown) {
      const error = toWireError(thrown);
      ack?.({ ok: false, error });
      if (error.code === 'rate_limited' && FLEETING.includes(event)) return;
      emitter.error(socket, error, error.code === 'unknown_event' ? null : String(event));
    } finally {
      unanswered--;
    }
  };

  // Every packet comes by here, and goes no further: no listener has a name (`next` is not called).
  socket.use(([event, ...args]) => {
    if (event === 'error') return; // A client's own `error` is no event of ours (CVE-2024-38355).
    const ack = typeof args.at(-1) === 'function' ? (args.pop() as Ack) : undefined;
    void answer(event, args[0], ack);
  });
}
