/** Commands of the operator, beside `start`. */
import { parseArgs } from 'node:util';
import { adminCommands } from './adminCommands.js';
import { loadSecret } from './auth/secret.js';
import { roles, Tokens } from './auth/tokens.js';
import type { Config } from './config.js';
import { loadConfig } from './process.js';
import { participantId } from './validations/chat.validation.js';

const USAGE = `Usage:
  chat-server                       starts the server
  chat-server admin add --id ana [--role admin]
                                    makes an account, or changes it; asks for the password, or
                                    takes it from the standard input; role: admin, supervisor
  chat-server admin list            lists the accounts
  chat-server admin sign-out --id ana
                                    ends all sign-ins of an admin
  chat-server admin remove --id ana
                                    takes the account away, and signs out
  chat-server admin token --id ana [--role admin] [--days 30]
                                    prints a token; role: ${roles.join(', ')}
`;

/** @returns the exit code. */
export async function run(args: string[]): Promise<number> {
  const [group, command = '', ...rest] = args;
  const work = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (group !== 'admin' || !work) return misused(USAGE);
  const options = optionsOf(rest, command === 'list');
  if (typeof options === 'string') return misused(`${options}\n\n${USAGE}`);
  try {
    process.stdout.write(`${await work(options, loadConfig())}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

interface Options {
  id: string;
  role: string | undefined;
  days: string | undefined;
}

const commands: Record<string, (options: Options, config: Config) => Promise<string>> = {
  ...adminCommands,
  async token({ id, role: wanted = 'admin', days: given = '30' }, { jwtSecret, dataDir }) {
    const role = roles.find((known) => known === wanted);
    if (!role) throw new Error(`--role must be one of: ${roles.join(', ')}.`);
    const days = Number(given);
    if (!Number.isInteger(days) || days < 1 || days > 3650)
      throw new Error('--days must be 1 to 3650.');
    const { token } = await new Tokens(loadSecret(jwtSecret, dataDir)).sign({ id, role }, days);
    return token;
  },
};

/** @returns what is wrong, in a sentence, or the options. */
function optionsOf(args: string[], withoutId: boolean): Options | string {
  let values: { id?: string; role?: string; days?: string };
  try {
    const string = { type: 'string' } as const;
    ({ values } = parseArgs({ args, options: { id: string, role: string, days: string } }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { role, days } = values;
  if (withoutId) return { id: '', role, days };
  const id = participantId.safeParse(values.id);
  return id.success ? { id: id.data, role, days } : `--id ${id.error.issues[0]?.message}.`;
}

function misused(text: string): number {
  process.stderr.write(`${text}`);
  return 2;
}
