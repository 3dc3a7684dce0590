/** Disks that misbehave: one that fails on command, and a real one that is small enough to fill. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { pathOf } from '../../support/needs.js';
import { temporaryDirectory } from '../../support/server.js';

/** A data directory, and a way to have no room there. */
export interface SmallDisk {
  dataDir: string;
  env: Record<string, string>;
  fill(): void;
  free(): void;
}

/** A disk whose writes and syncs do what {@link FaultyDisk.set} says. */
export class FaultyDisk implements SmallDisk {
  readonly dataDir = temporaryDirectory();
  readonly env: Record<string, string>;
  private readonly control = join(temporaryDirectory(), 'control');

  constructor() {
    this.env = { LD_PRELOAD: shim(), DISK_CONTROL: this.control };
  }

  fail(call: 'write' | 'sync', code: 'EIO' | 'ENOSPC'): void {
    writeFileSync(this.control, `${call} ${constants.errno[code]}`);
  }

  /** Syncs wait until the disk is mended. */
  holdSyncs(): void {
    writeFileSync(this.control, 'sync hold');
  }

  /** Whether a sync waits now. */
  get held(): boolean {
    return existsSync(`${this.control}.held`);
  }

  mend(): void {
    rmSync(this.control, { force: true });
  }

  fill(): void {
    this.fail('write', 'ENOSPC');
  }

  free(): void {
    this.mend();
  }
}

/** Compiles the shim once for a run of the tests. */
function shim(): string {
  compiled ??= compile();
  return compiled;
}

let compiled: string | undefined;

function compile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'chat-server-shim-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const library = join(directory, 'shim.so');
  const source = join(import.meta.dirname, 'shim.c');
  execFileSync(pathOf('cc'), ['-O1', '-Wall', '-shared', '-fPIC', '-o', library, source, '-ldl']);
  return library;
}

/** Whether file systems may be mounted here; in a container without privileges they may not. */
export function mayMount(): boolean {
  const directory = mkdtempSync(join(tmpdir(), 'chat-server-mount-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory]);
  if (status === 0) spawnSync('umount', [directory]);
  rmSync(directory, { recursive: true });
  return status === 0;
}

/** A file system of four megabytes, and a ballast that leaves no room on it. */
export function smallFileSystem(): SmallDisk {
  const dataDir = temporaryDirectory();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', dataDir]);
  onTestFinished(() => void spawnSync('umount', ['--lazy', dataDir]));
  const ballast = join(dataDir, 'ballast');
  const fill = () => {
    const file = openSync(ballast, 'w');
    try {
      for (;;) writeSync(file, Buffer.alloc(4096));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  };
  return { dataDir, env: {}, fill, free: () => rmSync(ballast) };
}
