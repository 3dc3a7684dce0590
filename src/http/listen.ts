/** The HTTP server under everything else: how slow a client may be, and where it listens. */
import { createServer, type Server as HttpServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../config.js';

/** Longest that headers and a whole request may take to arrive, in milliseconds; looked at each 2 s. */
const SLOWEST = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 2000,
};
/**
 * Milliseconds for which a connection waits for its next request. Proxies reuse theirs for a minute or
 * two, Google's for ten; were this server the first to close one, it would lose a request that is on
 * its way there. Browsers that come directly each hold a place of their address meanwhile.
 */
const KEEP_ALIVE = { proxied: 620_000, direct: 30_000 };
/**
 * Connections that may wait to be accepted; the kernel takes its own bound (`net.core.somaxconn`) where
 * that is less. After a restart everybody comes back at once, and whoever finds no room asks again only
 * after a second, then two, then four.
 */
const BACKLOG = 65_535;
/** Milliseconds without a byte in either direction after which HTTP gives up a request; polls take 25 s. */
const IDLE_LIMIT = 60_000;

export function createHttpServer(
  listener: RequestListener,
  { trustedProxies }: Pick<Config, 'trustedProxies'>,
): HttpServer {
  const keepAliveTimeout = trustedProxies > 0 ? KEEP_ALIVE.proxied : KEEP_ALIVE.direct;
  const http = createServer({ ...SLOWEST, keepAliveTimeout }, listener);
  http.setTimeout(IDLE_LIMIT);
  return http;
}

/** Rejects when the port is taken, or is not to be had. */
export function listen(http: HttpServer, { port, host }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen({ port, host, backlog: BACKLOG }, () => {
      http.off('error', reject);
      resolve();
    });
  });
}

/** Where a server that listens is found from this machine. */
export function urlOf(http: HttpServer, host: string): string {
  const { port } = http.address() as AddressInfo;
  const name = host === '127.0.0.1' || host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
