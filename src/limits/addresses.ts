/** From where a request comes: one rule for sockets and HTTP. */
import type { IncomingMessage } from 'node:http';
import { isIPv4, isIPv6 } from 'node:net';
import type { Logger } from '../log.js';

type Asking = Pick<IncomingMessage, 'headers' | 'socket'>;

/** Enough for every address; what a header holds is not kept beyond it. */
const ADDRESS_LIMIT = 45;

export class Addresses {
  private hinted = false;

  /** @param trustedProxies how many proxies stand in front */
  constructor(
    private readonly trustedProxies: number,
    private readonly log: Pick<Logger, 'warn'>,
  ) {}

  /** Whether whoever connects is the client, and no proxy of ours. */
  get arePeers(): boolean {
    return this.trustedProxies === 0;
  }

  /**
   * The network that is answerable for a request. Each trusted proxy has put the address it saw at
   * the end of `X-Forwarded-For`; whatever stands before those was written by the client, and is not
   * believed.
   *
   * @returns an IPv4 address, or the /64 of an IPv6 one, in which one host may use any address
   */
  of({ headers, socket }: Asking): string {
    const header = headers['x-forwarded-for'];
    if (header === undefined || this.trustedProxies === 0) {
      if (header !== undefined) this.hint();
      return networkOf(socket.remoteAddress ?? '');
    }
    const seen = String(header)
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean);
    const chain = [...seen, socket.remoteAddress ?? ''];
    return networkOf(chain[Math.max(0, chain.length - 1 - this.trustedProxies)] ?? '');
  }

  /** Once: behind a proxy that is not declared, all clients share the limits of one address. */
  private hint(): void {
    if (this.hinted) return;
    this.hinted = true;
    this.log.warn(
      'a request has X-Forwarded-For: if a proxy of yours is in front, set TRUSTED_PROXIES',
    );
  }
}

/** @param address as proxies write it: also with a port, or in brackets */
export function networkOf(address: string): string {
  const bare = /^\[(.*)\](:\d+)?$/.exec(address)?.[1] ?? address.replace(/^([\d.]+):\d+$/, '$1');
  const mapped = /^::ffff:([\d.]+)$/i.exec(bare)?.[1] ?? bare;
  if (isIPv4(mapped) || !isIPv6(mapped)) return mapped.slice(0, ADDRESS_LIMIT);
  const [head = '', tail = ''] = mapped.split('::');
  const groups = (part: string) => part.split(':').filter(Boolean);
  const zeros = Array(8)
    .fill('0')
    .slice(groups(head).length + groups(tail).length);
  const network = [...groups(head), ...zeros, ...groups(tail)].slice(0, 4);
  return `${network.map((group) => parseInt(group, 16).toString(16)).join(':')}::/64`;
}
