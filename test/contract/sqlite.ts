/** The embedded database: with its stores in this thread, and in one of their own as the server has it. */
import { join } from 'node:path';
import Database from 'libsql';
import { onTestFinished } from 'vitest';
import type { AccountStore } from '../../src/store/AccountStore.js';
import type { ChatStore } from '../../src/store/ChatStore.js';
import type { OversightStore } from '../../src/store/OversightStore.js';
import { openSqliteStores } from '../../src/store/sqliteStores.js';
import { ThreadedChatStore } from '../../src/store/ThreadedChatStore.js';
import { root, temporaryDirectory } from '../support/server.js';
import type { Engine, OpenEngine } from './engine.js';

interface Stores {
  store: ChatStore;
  accounts: AccountStore;
  oversight: OversightStore;
  close(): Promise<void>;
}

async function direct(dataDir: string): Promise<Stores> {
  const { chats, accounts, oversight, unlock } = await openSqliteStores(dataDir);
  const close = async () => {
    await chats.close();
    unlock();
  };
  return { store: chats, accounts, oversight, close };
}

async function threaded(dataDir: string): Promise<Stores> {
  const store = await ThreadedChatStore.open({
    thread: new URL(`file://${join(root, 'dist', 'store', 'sqlite.thread.js')}`),
    dataDir,
    onFatal: (error) => {
      throw error;
    },
  });
  return {
    store,
    accounts: store.accounts,
    oversight: store.oversight,
    close: () => store.close(),
  };
}

/** Runs statements on the file itself, beside whoever has it open. */
export function tamper(dataDir: string, sql: string): void {
  const connection = new Database(join(dataDir, 'chat.db'));
  connection.exec(sql);
  connection.close();
}

function engine(name: string, openStores: (dataDir: string) => Promise<Stores>): Engine {
  const openIn = async (dataDir: string): Promise<OpenEngine> => {
    const { store, accounts, oversight, close } = await openStores(dataDir);
    let closing: Promise<void> | undefined;
    const closeOnce = () => {
      closing ??= close();
      return closing;
    };
    onTestFinished(closeOnce);
    return {
      store,
      accounts,
      oversight,
      close: closeOnce,
      reopen: async () => {
        await closeOnce();
        return openIn(dataDir);
      },
      tamper: async (sql) => tamper(dataDir, sql),
    };
  };
  return { name, open: () => openIn(temporaryDirectory()) };
}

export const sqliteEngines: Engine[] = [
  engine('SQLite', direct),
  engine('SQLite in a thread', threaded),
];
