/** Addresses and queries in the browser's own words; the library's are older than `URL`. */

export function parse(source: string) {
  const { protocol, hostname, port, pathname: path, search } = new URL(source);
  const host = hostname.replace(/[[\]]/g, '');
  return { source, protocol: protocol.slice(0, -1), host, port, path, query: search.slice(1) };
}

export const encode = (query: Record<string, string>): string => `${new URLSearchParams(query)}`;

export const decode = (query: string): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(query));
