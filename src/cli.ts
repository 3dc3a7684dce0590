/** Commands of the operator, beside `start`. */
import { parseArgs } from 'node:util';
import { loadSecret } from './auth/secret.js';
import { roles, Tokens } from './auth/tokens.js';
import { loadConfig } from './process.js';
import { participantId } from './validations/chat.validation.js';

const USAGE = `Usage:
  chat-server                       starts the server
  chat-server admin token --id ana [--role admin] [--days 30]
                                    prints a token; role: ${roles.join(', ')}
`;

/** @returns the exit code. */
export async function run(args: string[]): Promise<number> {
  const [group, command, ...rest] = args;
  if (group !== 'admin' || command !== 'token') return misused(USAGE);
  const options = tokenOptions(rest);
  if (typeof options === 'string') return misused(`${options}\n\n${USAGE}`);
  const { jwtSecret, dataDir } = loadConfig();
  const { id, role, days } = options;
  const { token } = await new Tokens(loadSecret(jwtSecret, dataDir)).sign({ id, role }, days);
  process.stdout.write(`${token}\n`);
  return 0;
}

/** @returns what is wrong, in a sentence, or the options. */
function tokenOptions(args: string[]) {
  let values: { id?: string; role?: string; days?: string };
  try {
    const string = { type: 'string' } as const;
    ({ values } = parseArgs({ args, options: { id: string, role: string, days: string } }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const id = participantId.safeParse(values.id);
  if (!id.success) return `--id ${id.error.issues[0]?.message}.`;
  const role = roles.find((known) => known === (values.role ?? 'admin'));
  if (!role) return `--role must be one of: ${roles.join(', ')}.`;
  const days = Number(values.days ?? 30);
  if (!Number.isInteger(days) || days < 1 || days > 3650) return '--days must be 1 to 3650.';
  return { id: id.data, role, days };
}

function misused(text: string): number {
  process.stderr.write(`${text}`);
  return 2;
}
