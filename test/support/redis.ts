/** A real Redis with a process and a port of its own, that can be lost in every way. */
import { type ChildProcess, spawn } from 'node:child_process';
import { Redis as Client } from 'ioredis';
import { until } from './clients.js';
import { pathOf } from './needs.js';
import { freePort } from './ports.js';

export class Redis {
  private process: ChildProcess | undefined;

  private constructor(readonly port: number) {}

  /** Whoever calls this calls {@link down}. */
  static async start(): Promise<Redis> {
    const redis = new Redis(await freePort());
    await redis.up();
    return redis;
  }

  url(port = this.port): string {
    return `redis://127.0.0.1:${port}`;
  }

  async up(): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', ''];
    this.process = spawn(pathOf('redis-server'), options, { stdio: 'ignore', cwd: '/' });
    await until(() => this.ask('ping').catch(() => undefined), 'Redis to answer');
  }

  /** Kills it; nothing that it held is kept. */
  async down(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  get pid(): number {
    return this.process?.pid ?? 0;
  }

  pause(): void {
    this.process?.kill('SIGSTOP');
  }

  resume(): void {
    this.process?.kill('SIGCONT');
  }

  /** One command, on a connection of its own. */
  async ask(...command: [string, ...string[]]): Promise<unknown> {
    const client = new Client(this.url(), { lazyConnect: true, retryStrategy: null });
    client.on('error', () => {});
    try {
      await client.connect();
      const [name, ...args] = command;
      return await client.call(name, ...args);
    } finally {
      client.disconnect();
    }
  }
}
