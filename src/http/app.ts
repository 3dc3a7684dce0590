/** The Express application: health, REST, and an answer for everything else. */
import cors from 'cors';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { OriginCheck } from '../auth/origin.js';
import { ChatError } from '../errors.js';
import type { Logger } from '../log.js';
import { checkOrigin } from '../middlewares/authenticate.js';
import { errorHandler, notFound } from '../middlewares/error.handler.js';

/** `starting` until the database is open, `draining` from the signal to the end. */
export type ServerState = 'starting' | 'ready' | 'draining';

export interface AppParts {
  origins: OriginCheck;
  log: Logger;
  /** The widget, the console and the demo. */
  pages: RequestHandler;
  state(): ServerState;
  /** The REST router, once the server is ready. */
  api(): RequestHandler | undefined;
}

export function createApp({ origins, log, pages, state, api }: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(helmet());

  // Alive: the process answers. Ready: it also may be given work.
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', (_request, response) => {
    response.status(state() === 'ready' ? 200 : 503).json({ status: state() });
  });
  app.use(pages);
  app.get('/', (_request, response) => {
    response.type('text').send(WELCOME);
  });

  app.use(
    '/api/v1',
    checkOrigin(origins),
    cors((request, done) => {
      const { origin, host } = request.headers;
      done(null, { origin: origin !== undefined && origins.allows(origin, host) });
    }),
    (request, response, next) => {
      const router = state() === 'ready' ? api() : undefined;
      if (router) router(request, response, next);
      else next(new ChatError('not_ready'));
    },
  );
  app.use(notFound);
  app.use(errorHandler(log));
  return app;
}

const WELCOME = `Chat Server is running.

Socket.IO  namespaces /user (?userId=…) and /admin (?adminId=…)
REST       /api/v1
Console    /console
Widget     /widget.js
Health     /healthz, /readyz
`;
