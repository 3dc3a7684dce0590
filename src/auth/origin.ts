/**
 * Which pages may connect. Browsers do not apply CORS to WebSockets, so a page of any site could use
 * a visitor's network position (a server on their loopback) unless the server looks at `Origin`
 * itself: Uptime Kuma, GHSA-mj22-23ff-2hrr.
 */
import type { IncomingMessage } from 'node:http';
import { type Config, isLoopback } from '../config.js';
import type { Reason } from '../errors.js';

type OriginSettings = Pick<Config, 'frontendOrigins' | 'authMode' | 'loopback' | 'reachable'>;

export class OriginCheck {
  constructor(private readonly config: OriginSettings) {}

  /** @returns why the request is refused, or null. */
  refuse(request: Pick<IncomingMessage, 'headers'>): Reason | null {
    const { host, origin } = request.headers;
    if (!this.servesHost(host)) return 'host';
    if (this.isExposed(request)) return 'proxied';
    if (origin === undefined) return comesAcross(request) ? 'origin' : null;
    return this.allows(origin, host) ? null : 'origin';
  }

  /** Whether a page of this origin may connect. Programs that are no browsers send none. */
  allows(origin: string, host?: string): boolean {
    if (this.config.frontendOrigins.includes(origin)) return true;
    if (!URL.canParse(origin)) return false;
    const page = new URL(origin);
    if (host !== undefined && page.host === host.toLowerCase()) return true;
    return this.config.authMode === 'open' && this.config.loopback && isLoopback(page.hostname);
  }

  /**
   * DNS rebinding: a foreign name that resolves to 127.0.0.1 makes a foreign page "our own". Where
   * claims are believed because only this machine can connect, only its own names are served.
   */
  private servesHost(host: string | undefined): boolean {
    if (this.config.authMode !== 'open' || !this.config.loopback) return true;
    if (host === undefined || !URL.canParse(`http://${host}`)) return false;
    const { hostname } = new URL(`http://${host}`);
    return (
      isLoopback(hostname) ||
      this.config.frontendOrigins.some((origin) => new URL(origin).hostname === hostname)
    );
  }

  /** Claims are believed because nobody else gets here, and somebody's proxy lets the world in. */
  private isExposed({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
    const { authMode, reachable } = this.config;
    const isForwarded = headers['x-forwarded-for'] ?? headers.forwarded;
    return authMode === 'open' && !reachable && isForwarded !== undefined;
  }
}

/**
 * A browser sends no `Origin` with what it only shows or follows: an image, a link. From another site
 * such a request means nothing here, and where sites are neighbours it would carry our cookies; only
 * the way back from single sign-on is one, and there the browser goes as a whole.
 */
function comesAcross({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  const from = headers['sec-fetch-site'];
  return (
    (from === 'cross-site' || from === 'same-site') && headers['sec-fetch-mode'] !== 'navigate'
  );
}
