/** Commands of the operator, beside `start`. */
import { parseArgs } from 'node:util';
import { loadTokens, rotateSecret } from '../auth/secret.js';
import { roles } from '../auth/tokens.js';
import { loadConfig } from '../process.js';
import { participantId } from '../validations/chat.validation.js';
import { adminCommands, type Commands, type Options } from './admin.js';
import { MIGRATE_DATA_USAGE, migrateData } from './migrateData.js';
import { revokeAdmin, userCommands } from './user.js';

const USAGE = `Usage:
  chat-server                       starts the server
  chat-server admin add --id ana [--role admin]
                                    makes an account, or changes it; asks for the password, or
                                    takes it from the standard input; role: admin, supervisor;
                                    without: as it is, or a supervisor's if it is the first
  chat-server admin list            lists the accounts
  chat-server admin sign-out --id ana
                                    ends all sign-ins of an admin
  chat-server admin remove --id ana
                                    takes the account away, and signs out
  chat-server admin revoke --id ana
                                    refuses every token and sign-in of before now
  chat-server admin token --id ana [--role admin] [--days 30]
                                    prints a token; role: ${roles.join(', ')}
  chat-server admin rotate-secret   signs with a new secret from the next start on; tokens that
                                    were signed before stay good until they expire
  chat-server user export ID        prints all that is kept about a user, as JSON
  chat-server user erase ID         erases a user: messages lose their content, the user the name
  chat-server user revoke ID        refuses every token of a user of before now
${MIGRATE_DATA_USAGE}
  chat-server --help                prints this`;

/** @returns the exit code. */
export async function run(args: string[]): Promise<number> {
  const [group = '', command = '', ...rest] = args;
  if (group === '--help') return say(async () => USAGE);
  if (group === 'migrate-data') return say(() => migrateData(args.slice(1), loadConfig()));
  const commands = Object.hasOwn(groups, group) ? groups[group] : undefined;
  const work = commands && Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (!work) return misused(USAGE);
  const options = optionsOf(group, command, rest);
  if (typeof options === 'string') return misused(`${options}\nAll commands: chat-server --help`);
  return say(() => work(options, loadConfig()));
}

/** @returns the exit code. */
async function say(work: () => Promise<string>): Promise<number> {
  try {
    process.stdout.write(`${await work()}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

/** Commands that are about nobody in particular. */
const NAMELESS = ['list', 'rotate-secret'];

const ofAdmins: Commands = {
  ...adminCommands,
  revoke: revokeAdmin,
  async 'rotate-secret'(_options, config) {
    if (config.jwtSecret !== undefined) {
      throw new Error('JWT_SECRET is yours: put it into JWT_SECRET_PREVIOUS, and set a new one.');
    }
    loadTokens(config); // Makes the first secret, where there is none yet.
    rotateSecret(config.dataDir);
    return 'A new secret signs from the next start on.';
  },
  async token({ id, role: wanted = 'admin', days: given = '30' }, config) {
    const role = roles.find((known) => known === wanted);
    if (!role) throw new Error(`--role must be one of: ${roles.join(', ')}.`);
    const days = Number(given);
    if (!Number.isInteger(days) || days < 1 || days > 3650)
      throw new Error('--days must be 1 to 3650.');
    const { token } = await loadTokens(config).sign({ id, role }, days);
    return token;
  },
};

const groups: Record<string, Commands> = { admin: ofAdmins, user: userCommands };

/** @returns what is wrong, in a sentence, or the options. */
function optionsOf(group: string, command: string, args: string[]): Options | string {
  let values: { id?: string; role?: string; days?: string };
  let positionals: string[];
  try {
    const string = { type: 'string' } as const;
    const options = { id: string, role: string, days: string };
    ({ values, positionals } = parseArgs({ args, options, allowPositionals: true }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { role, days } = values;
  if (NAMELESS.includes(command)) return { id: '', role, days };
  const given = values.id ?? positionals[0];
  const byPlace = group === 'user';
  if (given === undefined) {
    return `Say whose: chat-server ${group} ${command} ${byPlace ? 'ID' : '--id ID'}`;
  }
  const id = participantId.safeParse(given);
  return id.success
    ? { id: id.data, role, days }
    : `${byPlace ? 'ID' : '--id'} ${id.error.issues[0]?.message}.`;
}

function misused(text: string): number {
  process.stderr.write(`${text}\n`);
  return 2;
}
