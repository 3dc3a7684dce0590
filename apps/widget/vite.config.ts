/** Three builds by mode: `loader` (one script), `panel` (the frame's page) and `demo` (the shop). */
import { join } from 'node:path';
import { defineConfig, type Plugin, type UserConfig } from 'vite';

const source = join(import.meta.dirname, 'src');
const out = join(import.meta.dirname, '..', '..', 'dist', 'public');

/**
 * Vite has dynamic imports load their styles first. Ours have none, and the helper for it would weigh
 * more than a language does.
 */
const plainImports: Plugin = {
  name: 'plain-imports',
  enforce: 'pre',
  load: (id) =>
    id.includes('vite/preload-helper') ? 'export const __vitePreload = (load) => load();' : null,
};

/** Parts of Socket.IO that this page does without: what is in their place says why. */
const slim: Record<string, string> = {
  'engine.io-client': 'engine.ts',
  './contrib/backo2.js': 'backoff.ts',
  './is-binary.js': 'binary.ts',
  './binary.js': 'binary.ts',
};

const slimSocketIo: Plugin = {
  name: 'slim-socket-io',
  enforce: 'pre',
  resolveId(id, importer = '') {
    const file = /socket\.io-(client|parser)/.test(importer) ? slim[id] : undefined;
    return file ? join(source, 'slim', file) : null;
  },
};

const shared: UserConfig = {
  logLevel: 'warn',
  publicDir: false,
  plugins: [plainImports, slimSocketIo],
  resolve: {
    conditions: ['source', 'module', 'browser'],
  },
};

const page = (name: string, directory: string): UserConfig => ({
  ...shared,
  root: join(source, directory),
  base: `/${name}/`,
  build: {
    outDir: join(out, name),
    emptyOutDir: true,
    modulePreload: false,
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // What of the library is not used does nothing either.
    rolldownOptions: {
      treeshake: { moduleSideEffects: [{ test: /(engine|socket)\.io-/, sideEffects: false }] },
    },
  },
});

const builds: Record<string, UserConfig> = {
  loader: {
    ...shared,
    build: {
      outDir: out,
      emptyOutDir: false,
      lib: {
        entry: join(source, 'loader', 'index.ts'),
        formats: ['iife'],
        name: 'loader',
        fileName: () => 'widget.js',
      },
    },
  },
  panel: {
    ...page('widget', 'panel'),
    // Smaller than the automatic runtime, which brings functions of its own.
    oxc: {
      jsx: { runtime: 'classic', pragma: 'h', pragmaFrag: 'Fragment' },
      jsxInject: "import { h, Fragment } from 'preact'",
    },
  },
  // Vite would like to bundle the loader's line, and says so as a warning.
  demo: { ...page('demo', 'demo'), logLevel: 'error' },
};

export default defineConfig(({ mode }) => builds[mode] ?? {});
