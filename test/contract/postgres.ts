/**
 * PostgreSQL, opened by the code that its thread runs; that the thread carries every call is shown by
 * the embedded database's, which is the same.
 */
import { onTestFinished } from 'vitest';
import { openPostgresStores } from '../../src/store/postgresStores.js';
import type { Postgres } from '../support/postgres.js';
import type { Engine, OpenEngine } from './engine.js';

/** @param server the one that runs when a test opens a database. */
export function postgresEngine(server: () => Postgres): Engine {
  const open = async (databaseUrl: string): Promise<OpenEngine> => {
    const opened = await openPostgresStores({ databaseUrl, connections: 4 });
    const { chats, accounts, oversight } = opened;
    let closing: Promise<void> | undefined;
    const closeOnce = () => {
      closing ??= chats.close();
      return closing;
    };
    onTestFinished(closeOnce);
    return {
      store: chats,
      accounts,
      oversight,
      close: closeOnce,
      reopen: async () => {
        await closeOnce();
        return open(databaseUrl);
      },
      tamper: async (sql) => void (await server().query(sql, databaseUrl)),
    };
  };
  // Making the tables takes longer than most tests: it is done once, and copied.
  let template: Promise<string> | undefined;
  const makeTemplate = async () => {
    const databaseUrl = await server().createDatabase();
    const { chats } = await openPostgresStores({ databaseUrl, connections: 2 });
    await chats.close();
    return new URL(databaseUrl).pathname.slice(1);
  };
  return {
    name: 'PostgreSQL',
    open: async () => {
      template ??= makeTemplate();
      return open(await server().createDatabase(await template));
    },
  };
}
