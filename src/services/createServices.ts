/** The services of a server, put together on its store and its feed. */
import { Identity } from '../auth/identity.js';
import type { Tokens } from '../auth/tokens.js';
import type { Config } from '../config.js';
import type { Cluster } from '../feed/Cluster.js';
import type { Emitter } from '../feed/Emitter.js';
import type { Feed } from '../feed/Feed.js';
import type { Limits } from '../limits/Limits.js';
import type { Logger } from '../log.js';
import { GroupCommit } from '../store/GroupCommit.js';
import type { ThreadedChatStore } from '../store/ThreadedChatStore.js';
import { ChatService } from './ChatService.js';
import { Oversight } from './Oversight.js';
import { PresenceService } from './PresenceService.js';
import { SignInService } from './SignInService.js';
import { ViewerService } from './ViewerService.js';

export interface ServiceParts {
  config: Config;
  log: Logger;
  store: ThreadedChatStore;
  tokens: Tokens;
  limits: Limits;
  emitter: Emitter;
  feed: Feed;
  /** Where there are other nodes. */
  cluster: Cluster | undefined;
}

export type AllServices = ReturnType<typeof createServices>;

export function createServices(parts: ServiceParts) {
  const { config, log, store, tokens, limits, emitter, feed, cluster } = parts;
  const reach = cluster?.reach ?? emitter;
  const outlet = cluster ?? feed;
  const commits = new GroupCommit(store, (done) => outlet.deliver(done));
  const chats = new ChatService(store, commits, reach);
  const presence = new PresenceService(store, emitter, reach, log, cluster?.elsewhere);
  const viewers = new ViewerService(store, emitter, cluster);
  const endSessions: Emitter['endSessions'] = (ended) => emitter.endSessions(ended);
  const oversight = new Oversight({
    store: store.oversight,
    tokens,
    log,
    endSessions,
    endChat: (by, chatId) => chats.endChat(by, chatId),
    reach,
  });
  const { audit, revocations } = oversight;
  const signIns = new SignInService(store.accounts, limits, audit, config.oidc, endSessions);
  const identity = new Identity(config.authMode, tokens, signIns, revocations);
  return { chats, presence, viewers, oversight, audit, signIns, identity };
}
