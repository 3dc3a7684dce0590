/** A customer's site: a page of an origin of its own, which is not the chat server's. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface SiteOptions {
  /** In the page's head, after the widget's line. */
  head?: string;
  body?: string;
  /** `Content-Security-Policy` and whatever else the site sends. */
  headers?: Record<string, string>;
  /** What `/hostile.css` says. */
  css?: string;
  /** Instead of the one line with `widget.js`. */
  line?: (chatServer: string) => string;
}

export const widgetLine = (chatServer: string, attributes = '') =>
  `<script async src="${chatServer}/widget.js" ${attributes}></script>`;

/** @returns the page's address, on another site (127.0.0.1) than the chat server's (localhost) */
export async function startSite(chatServer: string, options: SiteOptions = {}): Promise<string> {
  const { head = '', body = '<h1>A shop</h1>', headers = {}, line = widgetLine } = options;
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
${line(chatServer)}${head}</head><body>${body}</body></html>`;
  const server = createServer((request, response) => {
    if (request.url === '/favicon.ico') return response.writeHead(204).end();
    if (request.url === '/hostile.css') {
      return response.writeHead(200, { 'Content-Type': 'text/css' }).end(options.css);
    }
    response.writeHead(200, { 'Content-Type': 'text/html', ...headers }).end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
