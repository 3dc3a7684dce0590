/** The operator's commands on people: `chat-server user export`, `erase`, `revoke`; `admin revoke`. */
import type { Actor } from '../auth/policy.js';
import { loadTokens } from '../auth/secret.js';
import type { Config } from '../config.js';
import { reasons } from '../errors.js';
import { createLog } from '../log.js';
import { Oversight } from '../services/Oversight.js';
import type { ErasedUser } from '../services/PersonService.js';
import { OPERATOR } from '../services/RemoteServer.js';
import type { ThreadedChatStore } from '../store/ThreadedChatStore.js';
import { placeOf, withData } from './withData.js';

interface Named {
  id: string;
}

/** Each returns what is printed, and throws an Error with a sentence for the operator. */
export const userCommands = {
  async export({ id }: Named, config: Config): Promise<string> {
    const whole = withData(
      config,
      async (store) => {
        const pieces: string[] = [];
        const { people } = oversightOn(store, config);
        for await (const piece of await people.exportUser(OPERATOR, id)) pieces.push(piece);
        return pieces.join('');
      },
      (server) => server.text('GET', `/users/${encodeURIComponent(id)}/export`),
    );
    return naming(id, whole);
  },

  async erase({ id }: Named, config: Config): Promise<string> {
    const erasing = withData<ErasedUser>(
      config,
      (store) => oversightOn(store, config).people.eraseUser(OPERATOR, id),
      (server) => server.ask('POST', `/users/${encodeURIComponent(id)}/erase`),
    );
    const { pseudonym, chats, messages } = await naming(id, erasing);
    const what = `${counted(messages, 'message')} in ${counted(chats, 'chat')}`;
    return `${id} is erased: ${what}, now of ${pseudonym} (${placeOf(config)}).`;
  },

  revoke: ({ id }: Named, config: Config) => revoke({ id, role: 'user' }, config),
};

/** Takes access away from an admin; their account stays. */
export const revokeAdmin = ({ id }: Named, config: Config) => revoke({ id, role: 'admin' }, config);

async function revoke(actor: Actor, config: Config): Promise<string> {
  await withData<unknown>(
    config,
    async (store) => {
      const { audit, revocations } = oversightOn(store, config);
      await audit.record({ by: OPERATOR, action: 'revoke_identity', to: actor });
      await revocations.revokeIdentity(actor);
      if (actor.role === 'admin') await store.accounts.endSignInsOf(actor.id);
    },
    (server) => {
      const named = actor.role === 'admin' ? { adminId: actor.id } : { userId: actor.id };
      return server.ask('POST', '/revocations', named);
    },
  );
  return `Whatever let ${actor.id} in until now does so no more (${placeOf(config)}).`;
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

/** The server's sentences name nobody; whoever typed the name may read it. */
async function naming<T>(id: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    const [, sentence] = reasons.nothing_kept;
    const known = error instanceof Error && error.message === sentence;
    throw known ? new Error(`Nothing is kept about ${id}.`) : error;
  });
}

/**
 * Here are no connections to close: what is revoked, a server finds by itself, and what was erased its
 * pages show until they are loaded again.
 */
function oversightOn(store: ThreadedChatStore, config: Config): Oversight {
  return new Oversight({
    store: store.oversight,
    tokens: loadTokens(config),
    log: createLog(config),
    endSessions: () => {},
    endChat: async (actor, chatId) => {
      const [outcome] = await store.append([{ kind: 'end', actor, chatId }]);
      if (outcome && 'failed' in outcome) throw outcome.failed;
    },
  });
}
