/** The server: Express, HTTP and Socket.IO with its two namespaces on one port. */
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Server } from 'socket.io';
import { Decoder } from 'socket.io-parser';
import { announce, withdraw } from './address.js';
import { Identity } from './auth/identity.js';
import { OriginCheck } from './auth/origin.js';
import { loadTokens } from './auth/secret.js';
import type { Config } from './config.js';
import { Emitter } from './feed/Emitter.js';
import { Encoder } from './feed/encoding.js';
import { Feed } from './feed/Feed.js';
import { createApi } from './http/api.js';
import { createApp, type ServerState } from './http/app.js';
import { createOidcRoutes, OIDC_CALLBACK } from './http/oidc.js';
import { createOversightRoutes } from './http/oversight.js';
import { createPages } from './http/pages.js';
import { createSignInRoutes } from './http/signIn.js';
import { Addresses } from './limits/addresses.js';
import { Limits } from './limits/Limits.js';
import { countInRedis } from './limits/sharedCounters.js';
import { type ChatServer, runProcess, type ServerOptions } from './process.js';
import { ChatService } from './services/ChatService.js';
import { OidcService } from './services/OidcService.js';
import { Oversight } from './services/Oversight.js';
import { PresenceService } from './services/PresenceService.js';
import { SignInService } from './services/SignInService.js';
import { ViewerService } from './services/ViewerService.js';
import { coalesceWrites } from './socket_handler/coalesce.js';
import { refuseDefaultNamespace, serveNamespace } from './socket_handler/connect.js';
import { Greeter } from './socket_handler/Greeter.js';
import { type GateParts, guardHandshakes, limitPeers } from './socket_handler/gate.js';
import { Handle } from './socket_handler/handle.js';
import { Guards } from './socket_handler/sweep.js';
import { databaseOf } from './store/databaseOf.js';
import { GroupCommit } from './store/GroupCommit.js';
import { ThreadedChatStore } from './store/ThreadedChatStore.js';

/** Largest frame a client may send: a message of 8,000 four-byte characters fits twice. */
const FRAME_LIMIT = 64 * 1024;
/** Time for last answers to reach their readers when the server stops, in milliseconds. */
const FLUSH_WITHIN = 2000;
/** And then for the other side to close, too. */
const GOODBYE_WITHIN = 1000;
/** In which people are let go where there are other nodes, in milliseconds. */
const LET_GO_WITHIN = 2000;
const LET_GO_STEPS = 20;
const SWEEP_EVERY = 1000;
/** Longest that headers and a whole request may take to arrive, in milliseconds; looked at each 2 s. */
const SLOWEST = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 2000,
};
/** Milliseconds without a byte in either direction after which HTTP gives up; polls take 25 s. */
const IDLE_LIMIT = 60_000;

/**
 * Starts a server. It listens at once, and says 503 on `/readyz` until its database is open.
 * @throws an error for the operator: the port is taken, the data is in use by another server.
 */
export async function createChatServer(options: ServerOptions): Promise<ChatServer> {
  const { config, log } = options;
  let state: ServerState = 'starting';
  let api: ReturnType<typeof createApi> | undefined;
  const origins = new OriginCheck(config);
  const tokens = loadTokens(config);
  const app = createApp({
    origins,
    log,
    pages: createPages(config),
    state: () => state,
    api: () => api,
  });
  const http = createServer(SLOWEST, app);
  http.setTimeout(IDLE_LIMIT);
  const addresses = new Addresses(config.trustedProxies, log);
  const limits = new Limits(config);
  const io = createSocketServer(http, origins);
  const closed = () => (state === 'ready' ? null : 'not_ready');
  const gate: GateParts = { origins, limits, addresses, closed };
  limitPeers(http, gate);
  guardHandshakes(io, gate);
  const guards = new Guards(io, { addresses, rateLimits: config.rateLimits }, log);

  await listen(http, config);
  const database = databaseOf(config);
  const store = await ThreadedChatStore.open({
    ...database,
    thread: options.storeThread ?? database.thread,
    onFatal: options.onFatal,
  }).catch((error: unknown) => {
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
  const reach = cluster?.reach ?? emitter;
  const outlet = cluster ?? feed;
  const commits = new GroupCommit(store, (done) => outlet.deliver(done));
  const chats = new ChatService(store, commits, reach);
  const presence = new PresenceService(store, emitter, reach, log, cluster?.elsewhere);
  const viewers = new ViewerService(store, emitter, cluster);
  const oversight = new Oversight({
    store: store.oversight,
    tokens,
    log,
    endSessions: (ended) => emitter.endSessions(ended),
    endChat: (by, chatId) => chats.endChat(by, chatId),
    reach,
  });
  const { audit, revocations } = oversight;
  const handle = new Handle({ chats, presence, viewers, audit }, log);
  const greeter = new Greeter(store, presence, emitter, log, cluster);
  const { authMode, visitorTokenDays } = config;
  const signIns = new SignInService(store.accounts, limits, audit, (ended) =>
    emitter.endSessions(ended),
  );
  const identity = new Identity(authMode, tokens, signIns, revocations);
  const url = urlOf(http, config.host);
  const oidc = authMode === 'token' ? config.oidc : undefined;
  const signInRoutes = createSignInRoutes({ authMode, identity, signIns, singleSignOn: !!oidc });
  if (oidc) {
    const back = `${config.publicUrl ?? url}/api/v1${OIDC_CALLBACK}`;
    signInRoutes.use(createOidcRoutes(new OidcService(oidc, back, log), signIns));
  }
  api = createApi({
    handle,
    identity,
    tokens,
    limits,
    visitorTokenDays,
    addresses,
    signInRoutes,
    oversightRoutes: createOversightRoutes({
      ...oversight,
      identity,
      signIns,
      store: store.oversight,
    }),
  });
  const connections = {
    io,
    identity,
    handle,
    emitter,
    greeter,
    viewers,
    limits,
    guards,
    cluster,
    audit,
  };
  serveNamespace('user', connections);
  serveNamespace('admin', connections);
  const timers = [
    ...oversight.watch(config.retentionDays),
    setInterval(() => {
      feed.heartbeat();
    }, config.heartbeatSeconds * 1000),
    setInterval(() => {
      handle.giveUpOnOverdue();
      greeter.retry();
      guards.sweep();
      limits.sweep();
      const now = Date.now();
      emitter.endSessions(({ expiresAt }) => expiresAt <= now);
      signIns.endForeign(emitter.liveSignIns()).catch((err: unknown) => {
        log.warn({ err }, 'whether sign-ins are in force could not be read');
      });
    }, SWEEP_EVERY),
  ];
  cluster?.start({
    adminsChanged: () => presence.adminsChanged(),
    viewersChanged: (chatId) => viewers.changedElsewhere(chatId),
    nodeGone: (openChats) => {
      void presence.nodeGone(openChats);
      viewers.nodeGone();
    },
  });
  state = 'ready';

  const close = async () => {
    state = 'draining';
    http.close();
    if (cluster) await letGo(guards);
    await handle.drain();
    timers.forEach(clearInterval);
    await closeConnections(io, guards, http);
    await cluster?.close();
    if (!cluster) withdraw(config.dataDir);
    await store.close();
  };
  const setupToken = authMode === 'token' ? await signIns.offerSetup() : undefined;
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
    cors: { origin: (origin, done) => done(null, origin !== undefined && origins.allows(origin)) },
  });
  refuseDefaultNamespace(io);
  coalesceWrites(io);
  return io;
}

function listen(http: HttpServer, { port, host }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      resolve();
    });
  });
}

/**
 * Where other nodes take them, people are let go a few at a time, and served until then: all at once
 * would be a stampede.
 */
async function letGo(guards: Guards): Promise<void> {
  const { connections } = guards;
  const each = Math.ceil(connections.length / LET_GO_STEPS);
  for (let from = 0; from < connections.length; from += each) {
    for (const connection of connections.slice(from, from + each)) connection.close(false);
    await new Promise((resolve) => setTimeout(resolve, LET_GO_WITHIN / LET_GO_STEPS));
  }
}

/**
 * Closing the connection, not the namespace: a client whose namespace is closed stays away. Whoever
 * does not say goodbye, such as a phone in a tunnel, is cut: it must not hold up the stop.
 */
async function closeConnections(io: Server, guards: Guards, http: HttpServer): Promise<void> {
  const { connections } = guards;
  for (const connection of connections) connection.close(false);
  const giveUp = Date.now() + FLUSH_WITHIN;
  while (guards.connections.length > 0 && Date.now() < giveUp) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const cut = setTimeout(() => {
    for (const { transport } of connections) transport.socket?.terminate?.();
    http.closeAllConnections();
  }, GOODBYE_WITHIN);
  await io.close();
  clearTimeout(cut);
}

function urlOf(http: HttpServer, host: string): string {
  const { port } = http.address() as AddressInfo;
  const name = host === '127.0.0.1' || host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** Runs the server as this process. */
export const start = () => runProcess(createChatServer);

if (process.argv[1] === fileURLToPath(import.meta.url)) await start();
