import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Workspaces are read from their sources, so that no test runs on a stale build of them.
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/build.ts',
    // Bounds for what hangs, not for what is slow: a busy machine takes ten times as long.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    expect: { poll: { timeout: 30_000 } },
    // Each file starts servers of its own; more at once would only measure the scheduler.
    maxWorkers: 2,
  },
});
