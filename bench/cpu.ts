/** What a process has used, read from Linux's `/proc`. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

export interface CpuTime {
  /** Seconds since anything, of the clock on the wall. */
  wall: number;
  /** Seconds of all its threads, in user and system mode. */
  process: number;
  /** The same, of its first thread: in Node the event loop. */
  mainThread: number;
}

export interface CpuUse {
  seconds: number;
  cpuSeconds: number;
  /** 1 is one core all the time. */
  processShare: number;
  mainThreadShare: number;
}

export function cpuTime(pid: number): CpuTime {
  return {
    wall: performance.now() / 1000,
    process: secondsOf(`/proc/${pid}/stat`),
    mainThread: secondsOf(`/proc/${pid}/task/${pid}/stat`),
  };
}

export function cpuUse(from: CpuTime, to: CpuTime): CpuUse {
  const seconds = to.wall - from.wall;
  const cpuSeconds = to.process - from.process;
  return {
    seconds,
    cpuSeconds,
    processShare: cpuSeconds / seconds,
    mainThreadShare: (to.mainThread - from.mainThread) / seconds,
  };
}

/** Bytes of memory that a process has resident. */
export function residentBytes(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/** Files and sockets that a process has open. */
export const openFiles = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;

function secondsOf(path: string): number {
  return parseStat(readFileSync(path, 'utf8')) / ticksPerSecond;
}

/** Clock ticks in user and system mode: the 14th and 15th field; the 2nd, a name, may hold spaces. */
export function parseStat(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
