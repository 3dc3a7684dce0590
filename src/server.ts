/** The server: Express, HTTP and Socket.IO with its two namespaces on one port. */
import type { Server as HttpServer } from 'node:http';
import type { Router } from 'express';
import { Server } from 'socket.io';
import { Decoder } from 'socket.io-parser';
import { announce, withdraw } from './address.js';
import { OriginCheck } from './auth/origin.js';
import { loadTokens } from './auth/secret.js';
import type { ClusterListeners } from './feed/Cluster.js';
import { Emitter } from './feed/Emitter.js';
import { Encoder } from './feed/encoding.js';
import { Feed } from './feed/Feed.js';
import { NoRooms } from './feed/Rooms.js';
import { createApp, type ServerState } from './http/app.js';
import { createHttpServer, listen, urlOf } from './http/listen.js';
import { createPages } from './http/pages.js';
import { createRoutes } from './http/routes.js';
import { Addresses } from './limits/addresses.js';
import { Limits } from './limits/Limits.js';
import { countInRedis } from './limits/sharedCounters.js';
import type { ChatServer, ServerOptions } from './process.js';
import { type AllServices, createServices, type ServiceParts } from './services/createServices.js';
import { coalesceWrites } from './socket_handler/coalesce.js';
import { refuseDefaultNamespace, serveNamespace } from './socket_handler/connect.js';
import { Greeter } from './socket_handler/Greeter.js';
import { Guards } from './socket_handler/Guards.js';
import { type GateParts, guardHandshakes, limitPeers } from './socket_handler/gate.js';
import { Handle } from './socket_handler/handle.js';
import { letGo, letGoInSteps } from './socket_handler/letGo.js';
import type { ThreadedChatStore } from './store/ThreadedChatStore.js';

/** Largest frame a client may send: a message of 8,000 four-byte characters fits twice. */
const FRAME_LIMIT = 64 * 1024;
const SWEEP_EVERY = 1000;

/** Listens at once, and says 503 on `/readyz` until the store is open. */
export async function serve(
  { config, log }: ServerOptions,
  opening: Promise<ThreadedChatStore>,
): Promise<ChatServer> {
  let state: ServerState = 'starting';
  let api: Router | undefined;
  const origins = new OriginCheck(config);
  const tokens = loadTokens(config);
  const pages = createPages(config);
  const http = createHttpServer(
    createApp({ origins, log, pages, state: () => state, api: () => api }),
    config,
  );
  const addresses = new Addresses(config.trustedProxies, log);
  const limits = new Limits(config);
  const io = createSocketServer(http, origins);
  const closed = () => (state === 'ready' ? null : 'not_ready');
  const gate: GateParts = { origins, limits, addresses, closed };
  const guards = new Guards(config.rateLimits, log);
  limitPeers(http, gate);
  guardHandshakes(io, guards, gate);

  await listen(http, config);
  const url = urlOf(http, config.host);
  const store = await opening.catch((error: unknown) => {
    http.close();
    throw error;
  });
  const emitter = new Emitter(io);
  const feed = new Feed(emitter);
  const cluster =
    config.databaseUrl === undefined
      ? undefined
      : new (await loadCluster())({ ...config, timelines: store.timelines, emitter, feed, log });
  if (cluster?.redis) limits.countBy(countInRedis(cluster.redis));
  const parts = { config, log, store, tokens, limits, emitter, feed, cluster };
  const services = createServices(parts);
  const handle = new Handle(services, log);
  const greeter = new Greeter(store, services.presence, emitter, log, cluster);
  api = await createRoutes({ ...parts, ...services, handle, addresses, url });
  const connections = { ...parts, ...services, io, handle, greeter, guards };
  serveNamespace('user', connections);
  serveNamespace('admin', connections);
  const timers = startTimers(connections);
  cluster?.start(listenersOf(services));
  state = 'ready';

  const close = async () => {
    state = 'draining';
    http.close();
    if (cluster) await letGoInSteps(guards);
    await handle.drain();
    timers.forEach(clearInterval);
    await letGo(io, guards, http);
    await cluster?.close();
    if (!cluster) withdraw(config.dataDir);
    await store.close();
  };
  const setupToken = config.authMode === 'token' ? await services.signIns.offerSetup() : undefined;
  if (!cluster) announce(config.dataDir, url);
  return { url, setupToken, close };
}

/** Only for several nodes: what it needs would be a quarter of the time that a single one takes to start. */
const loadCluster = async () => (await import('./feed/Cluster.js')).Cluster;

function createSocketServer(http: HttpServer, origins: OriginCheck): Server {
  const io = new Server(http, {
    maxHttpBufferSize: FRAME_LIMIT,
    connectTimeout: 10_000,
    parser: { Encoder, Decoder },
    adapter: NoRooms,
    cors: { origin: (origin, done) => done(null, origin !== undefined && origins.allows(origin)) },
  });
  refuseDefaultNamespace(io);
  coalesceWrites(io);
  return io;
}

interface Timed extends Pick<ServiceParts, 'config' | 'log' | 'limits' | 'emitter' | 'feed'> {
  handle: Handle;
  greeter: Greeter;
  guards: Guards;
  oversight: AllServices['oversight'];
  signIns: AllServices['signIns'];
}

/** What is done by the clock. */
function startTimers(parts: Timed): NodeJS.Timeout[] {
  const { config, log, limits, emitter, feed, handle, greeter, guards, oversight, signIns } = parts;
  const sweep = () => {
    handle.giveUpOnOverdue();
    greeter.retry();
    guards.sweep();
    limits.sweep();
    const now = Date.now();
    emitter.endSessions(({ expiresAt }) => expiresAt <= now);
    signIns.endForeign(emitter.liveSignIns()).catch((err: unknown) => {
      log.warn({ err }, 'whether sign-ins are in force could not be read');
    });
  };
  return [
    ...oversight.watch(config.retentionDays),
    setInterval(() => feed.heartbeat(), config.heartbeatSeconds * 1000),
    setInterval(sweep, SWEEP_EVERY),
  ];
}

/** What services make of what happens on other nodes. */
function listenersOf({ presence, viewers }: AllServices): ClusterListeners {
  return {
    adminsChanged: () => presence.adminsChanged(),
    viewersChanged: (chatId) => viewers.changedElsewhere(chatId),
    nodeGone: (openChats) => {
      void presence.nodeGone(openChats);
      viewers.nodeGone();
    },
  };
}
