/** All of REST, put together. */
import type { Router } from 'express';
import type { Config } from '../config.js';
import type { Logger } from '../log.js';
import type { SignInService } from '../services/SignInService.js';
import type { OversightStore } from '../store/OversightStore.js';
import { type ApiParts, createApi } from './api.js';
import { createOversightRoutes, type OversightParts } from './oversight.js';
import { createSignInRoutes } from './signIn.js';

export interface RouteParts
  extends Omit<ApiParts, 'visitorTokenDays' | 'signInRoutes' | 'oversightRoutes'> {
  config: Config;
  log: Logger;
  store: { oversight: OversightStore };
  oversight: Pick<OversightParts, 'audit' | 'revocations' | 'people'>;
  signIns: SignInService;
  /** Where this server is found from this machine. */
  url: string;
}

export async function createRoutes(parts: RouteParts): Promise<Router> {
  const { config, log, store, oversight, identity, signIns, url } = parts;
  const { authMode, visitorTokenDays } = config;
  const oidc = authMode === 'token' ? config.oidc : undefined;
  const signInRoutes = createSignInRoutes({ authMode, identity, signIns, singleSignOn: !!oidc });
  if (oidc) {
    // What it is made of is loaded where it is used.
    const { createOidcRoutes } = await import('./oidc.js');
    signInRoutes.use(createOidcRoutes(oidc, config.publicUrl ?? url, { signIns, log }));
  }
  const oversightRoutes = createOversightRoutes({
    ...oversight,
    identity,
    signIns,
    store: store.oversight,
  });
  return createApi({ ...parts, visitorTokenDays, signInRoutes, oversightRoutes });
}
