/** The operator's commands on accounts: `chat-server admin add`, `list`, `remove`, `sign-out`. */

import type { Config } from '../config.js';
import { Limits } from '../limits/Limits.js';
import { createLog } from '../log.js';
import type { AccountKeeper } from '../services/AccountKeeper.js';
import { AuditLog } from '../services/AuditLog.js';
import { RemoteAccounts } from '../services/RemoteAccounts.js';
import { OPERATOR } from '../services/RemoteServer.js';
import { SignInService } from '../services/SignInService.js';
import { accountRole, newPassword } from '../validations/account.validation.js';
import { askPassword } from './askPassword.js';
import { placeOf, withData } from './withData.js';

/** The options of a command line, as they came. */
export interface Options {
  id: string;
  role: string | undefined;
  days: string | undefined;
}

export type Commands = Record<string, (options: Options, config: Config) => Promise<string>>;

/** Each returns a sentence for the operator, and throws an Error with one. */
export const adminCommands: Commands = {
  async add({ id, role: wanted }, config) {
    const role = accountRole.optional().safeParse(wanted);
    if (!role.success) throw new Error('--role must be admin or supervisor.');
    const password = newPassword.safeParse(await askPassword(id));
    if (!password.success) throw new Error(`The password ${password.error.issues[0]?.message}.`);
    const account = { adminId: id, role: role.data, password: password.data };
    const has = await withAccounts(config, (keeper) =>
      keeper.putAccount(account, { by: OPERATOR }),
    );
    return `${id} can sign in as ${has} (${placeOf(config)}).`;
  },

  async list(_options, config) {
    const accounts = await withAccounts(config, (keeper) => keeper.getAccounts());
    if (accounts.length === 0) return `There are no accounts yet (${placeOf(config)}).`;
    return accounts.map(({ adminId, role }) => `${adminId}\t${role}`).join('\n');
  },

  async remove({ id }, config) {
    await withAccounts(config, (accounts) => accounts.removeAccount(id, { by: OPERATOR }));
    return `${id} is removed and signed out (${placeOf(config)}).`;
  },

  async 'sign-out'({ id }, config) {
    const ended = await withAccounts(config, (accounts) =>
      accounts.signOutAdmin(id, { by: OPERATOR }),
    );
    const sessions = `${ended} ${ended === 1 ? 'session' : 'sessions'}`;
    return `${id} is signed out: ${sessions} (${placeOf(config)}).`;
  },
};

function withAccounts<T>(
  config: Config,
  work: (accounts: AccountKeeper) => Promise<T>,
): Promise<T> {
  return withData(
    config,
    (store) => {
      const audit = new AuditLog(store.oversight, createLog(config));
      return work(new SignInService(store.accounts, new Limits(config), audit, config.oidc));
    },
    (server) => work(new RemoteAccounts(server)),
  );
}
