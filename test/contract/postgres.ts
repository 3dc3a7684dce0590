/** PostgreSQL: with its stores in this thread, and in one of their own as the server has it. */
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AccountStore } from '../../src/store/AccountStore.js';
import type { ChatStore } from '../../src/store/ChatStore.js';
import { openPostgresStores } from '../../src/store/postgresStores.js';
import { ThreadedChatStore } from '../../src/store/ThreadedChatStore.js';
import type { Postgres } from '../support/postgres.js';
import { root } from '../support/server.js';
import type { Engine, OpenEngine } from './engine.js';

interface Stores {
  store: ChatStore;
  accounts: AccountStore;
  close(): Promise<void>;
}

async function direct(databaseUrl: string): Promise<Stores> {
  const { chats, accounts } = await openPostgresStores({ databaseUrl, connections: 4 });
  return { store: chats, accounts, close: () => chats.close() };
}

async function threaded(databaseUrl: string): Promise<Stores> {
  const store = await ThreadedChatStore.open({
    thread: new URL(`file://${join(root, 'dist', 'store', 'postgres.thread.js')}`),
    dataDir: '',
    postgres: { databaseUrl, connections: 4 },
    onFatal: (error) => {
      throw error;
    },
  });
  return { store, accounts: store.accounts, close: () => store.close() };
}

/** @param server the one that runs when a test opens a database. */
export function postgresEngines(server: () => Postgres): Engine[] {
  const engine = (name: string, openStores: (databaseUrl: string) => Promise<Stores>): Engine => {
    const openAt = async (databaseUrl: string): Promise<OpenEngine> => {
      const { store, accounts, close } = await openStores(databaseUrl);
      let closing: Promise<void> | undefined;
      const closeOnce = () => {
        closing ??= close();
        return closing;
      };
      onTestFinished(closeOnce);
      return {
        store,
        accounts,
        close: closeOnce,
        reopen: async () => {
          await closeOnce();
          return openAt(databaseUrl);
        },
        tamper: async (sql) => void (await server().query(sql, databaseUrl)),
      };
    };
    return { name, open: async () => openAt(await server().createDatabase()) };
  };
  return [engine('PostgreSQL', direct), engine('PostgreSQL in a thread', threaded)];
}
