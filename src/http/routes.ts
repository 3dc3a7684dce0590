/** All of REST, put together. */
import type { Router } from 'express';
import type { Config } from '../config.js';
import type { Logger } from '../log.js';
import { OidcService } from '../services/OidcService.js';
import type { SignInService } from '../services/SignInService.js';
import type { OversightStore } from '../store/OversightStore.js';
import { type ApiParts, createApi } from './api.js';
import { createOidcRoutes, OIDC_CALLBACK } from './oidc.js';
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

export function createRoutes(parts: RouteParts): Router {
  const { config, log, store, oversight, identity, signIns, url } = parts;
  const { authMode, visitorTokenDays } = config;
  const oidc = authMode === 'token' ? config.oidc : undefined;
  const signInRoutes = createSignInRoutes({ authMode, identity, signIns, singleSignOn: !!oidc });
  if (oidc) {
    const back = `${config.publicUrl ?? url}/api/v1${OIDC_CALLBACK}`;
    signInRoutes.use(createOidcRoutes(new OidcService(oidc, back, log), signIns));
  }
  const oversightRoutes = createOversightRoutes({
    ...oversight,
    identity,
    signIns,
    store: store.oversight,
  });
  return createApi({ ...parts, visitorTokenDays, signInRoutes, oversightRoutes });
}
