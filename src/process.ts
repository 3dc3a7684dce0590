/** The program: settings in, a running server or one readable line out, signals to the end. */
import { type Config, ConfigError, readConfig } from './config.js';
import { misspelt, namesInEnvFile } from './envFile.js';
import { createLog, type Logger } from './log.js';
import { StoreUnavailable } from './store/ChatStore.js';

/** Longest a stop may take, in milliseconds; orchestrators kill after 10 s. */
const STOP_WITHIN = 9000;

/** Reads `.env` beside the process, where there is one, and the settings. Ends the process on mistakes. */
export function loadConfig(): Config {
  try {
    process.loadEnvFile();
  } catch {
    // There is no .env file, which is fine.
  }
  try {
    return readConfig(process.env);
  } catch (error) {
    if (error instanceof ConfigError) fail(error.lines);
    throw error;
  }
}

export interface ChatServer {
  /** Where it listens. */
  url: string;
  /** Makes the first account, while there is none and one is needed. */
  setupToken: string | undefined;
  /** Stops taking anything new, finishes what runs, and lets clients reconnect elsewhere. */
  close(): Promise<void>;
}

export interface ServerOptions {
  config: Config;
  log: Logger;
  /** Called when the database can be trusted no more. The process should end. */
  onFatal(error: Error): void;
  /** The module that runs in the database's thread; another one only in tests. */
  storeThread?: URL;
}

/** Runs a server as this process, until a signal or a failure of the database ends both. */
export async function runProcess(
  createServer: (options: ServerOptions) => Promise<ChatServer>,
): Promise<void> {
  const config = loadConfig();
  const log = createLog(config);
  for (const line of misspelt(namesInEnvFile())) log.warn(line);
  const running: { server?: ChatServer } = {};
  const stop = stopper(running, log);
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'a fault nobody caught; the process ends');
    process.exit(1);
  });
  try {
    running.server = await createServer({
      config,
      log,
      onFatal: (error) => {
        log.fatal({ reason: error.message }, 'the database failed; the process ends to recover');
        stop(1);
      },
    });
  } catch (error) {
    fail([explainStart(error, config)]);
  }
  if (config.authMode === 'open') warnOpen(config, log);
  log.info({ url: running.server.url, authMode: config.authMode }, 'Chat Server is listening');
  greet(running.server, config);
  process.on('SIGTERM', () => stop(0));
  process.on('SIGINT', () => stop(0));
}

/**
 * The first call stops in good order; a second signal, or too long a wait, at once. A failure on the
 * way only changes the exit code.
 */
function stopper(running: { server?: ChatServer }, log: Logger): (exitCode: number) => void {
  let stopping = false;
  return (exitCode) => {
    if (exitCode !== 0) process.exitCode = exitCode;
    else if (stopping) endAtOnce();
    if (stopping) return;
    stopping = true;
    log.info('stopping');
    setTimeout(() => {
      log.error('stopping took too long');
      endAtOnce();
    }, STOP_WITHIN).unref();
    Promise.resolve(running.server?.close())
      .catch((error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exitCode = 1;
      })
      .finally(() => {
        log.info('stopped');
        process.exit();
      });
  };
}

/** `process.exit` would wait for the database's thread, and that for ever for a disk that hangs. */
function endAtOnce(): void {
  process.kill(process.pid, 'SIGKILL');
}

/**
 * Where to go, for the person at the terminal; beside the log, so that a log of lines stays one. It is
 * not logged: the link opens the door once.
 */
function greet({ url, setupToken }: ChatServer, config: Config): void {
  const { authMode, logFormat, publicUrl = url } = config;
  if (setupToken) {
    process.stderr.write(
      `Make the first account, once: ${publicUrl}/console#setup=${setupToken}\n`,
    );
  } else if (authMode === 'open') {
    process.stderr.write(`Demo shop: ${url}/demo\nConsole:   ${url}/console\n`);
  } else if (logFormat === 'pretty') process.stderr.write(`Console: ${publicUrl}/console\n`);
}

function warnOpen({ reachable, host }: Config, log: Logger): void {
  if (!reachable) log.info('AUTH_MODE=open: ids are believed; only this machine can connect');
  else log.warn({ host }, 'AUTH_MODE=open ON THE NETWORK: ANYBODY CAN BE ANYBODY, ADMINS INCLUDED');
}

function explainStart(error: unknown, { port, host, dataDir }: Config): string {
  if (error instanceof StoreUnavailable) return error.message;
  const { code, path } = error as NodeJS.ErrnoException;
  if (code && path) return `DATA_DIR ${dataDir} cannot be used: ${code} at ${path}.`;
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken: stop what uses it, or set another PORT.`;
  if (code === 'EACCES') return `Port ${port} is not allowed for this user: set a PORT above 1023.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return `HOST ${host} is not an address of this machine.`;
  }
  return error instanceof Error ? error.message : String(error);
}

function fail(lines: string[]): never {
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exit(1);
}
