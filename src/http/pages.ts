/**
 * The pages and scripts that people use: the widget, the console, the demo shop. They are built into
 * `dist/public`; what a browser lets each of them do is decided here.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import compression from 'compression';
import express, { type RequestHandler, Router } from 'express';
import helmet from 'helmet';
import type { Config } from '../config.js';

const PUBLIC = join(import.meta.dirname, '..', 'public');
/** The address says where in the console one is; the page reads it. */
const CONSOLE = /^\/console(\/(queue|mine|all|overview|team)(\/[\w-]+)?)?\/?$/;
const YEAR = 31_536_000_000;

export function createPages(
  config: Pick<Config, 'frontendOrigins' | 'authMode' | 'loopback'>,
): Router {
  const pages = Router();
  pages.use(['/widget.js', '/widget', '/console', '/demo'], compression({ level: 9 }));
  // Any site may load the loader; which sites may show the widget's frame is `frame-ancestors`.
  pages.use(['/widget.js', '/widget'], onOtherSites);
  pages.get('/widget.js', file('widget.js'));
  pages.get('/widget', policy({ frameAncestors: hosts(config) }), html('widget/index.html'));
  pages.get(CONSOLE, policy({ frameAncestors: ["'none'"] }), html('console/index.html'));
  if (config.authMode === 'open') {
    pages.get('/demo', policy({ frameSrc: ["'self'"] }), html('demo/index.html'));
  }
  // Names under `assets` carry the hash of their content.
  const assets = { immutable: true, maxAge: YEAR, index: false } as const;
  for (const page of ['widget', 'console', 'demo']) {
    pages.use(`/${page}/assets`, express.static(join(PUBLIC, page, 'assets'), assets));
  }
  return pages;
}

/** Also on sites that are isolated from others (COEP), which ask this of all that they show. */
const onOtherSites: RequestHandler = (_request, response, next) => {
  response.set('Cross-Origin-Resource-Policy', 'cross-origin');
  response.set('Cross-Origin-Embedder-Policy', 'require-corp');
  next();
};

/** Pages of these origins may show the widget in a frame: the same that may connect. */
function hosts({ frontendOrigins, authMode, loopback }: Parameters<typeof createPages>[0]) {
  const developers = ['http://localhost:*', 'http://127.0.0.1:*'];
  const open = authMode === 'open' && loopback ? developers : [];
  return ["'self'", ...frontendOrigins, ...open];
}

interface Allowed {
  frameAncestors?: string[];
  frameSrc?: string[];
}

/** Nothing inline but styles that carry the nonce of this response; no script from a string. */
function policy({ frameAncestors = ["'none'"], frameSrc = ["'none'"] }: Allowed): RequestHandler {
  return (request, response, next) => {
    const nonce = randomBytes(16).toString('base64');
    response.locals.nonce = nonce;
    // `frame-ancestors` says it, for those who may; the old header knows no lists.
    response.removeHeader('X-Frame-Options');
    helmet({
      xFrameOptions: false,
      crossOriginResourcePolicy: false,
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'", `'nonce-${nonce}'`],
          connectSrc: ["'self'"],
          imgSrc: ["'self'", 'data:'],
          mediaSrc: ["'self'"],
          manifestSrc: ["'self'"],
          baseUri: ["'none'"],
          formAction: ["'self'"],
          frameSrc,
          frameAncestors,
          requireTrustedTypesFor: ["'script'"],
        },
      },
    })(request, response, next);
  };
}

/** A page is read once; the nonce of a response goes where its `__NONCE__` is. */
function html(name: string): RequestHandler {
  let text: string | undefined;
  return (_request, response) => {
    text ??= readFileSync(join(PUBLIC, name), 'utf8');
    response.set('Cache-Control', 'no-store').type('html');
    response.send(text.replaceAll('__NONCE__', response.locals.nonce as string));
  };
}

function file(name: string): RequestHandler {
  return (_request, response) => {
    response.set('Cache-Control', 'public, max-age=300');
    response.sendFile(join(PUBLIC, name));
  };
}
