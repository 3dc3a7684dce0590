/** Three builds by mode: `loader` (one script), `panel` (the frame's page) and `demo` (the shop). */
import { join } from 'node:path';
import { defineConfig, type UserConfig } from 'vite';

const source = join(import.meta.dirname, 'src');
const out = join(import.meta.dirname, '..', '..', 'dist', 'public');

const shared: UserConfig = {
  logLevel: 'warn',
  publicDir: false,
  resolve: { conditions: ['source', 'module', 'browser'] },
};

const page = (name: string, directory: string): UserConfig => ({
  ...shared,
  root: join(source, directory),
  base: `/${name}/`,
  build: {
    outDir: join(out, name),
    emptyOutDir: true,
    modulePreload: false,
    // A data: address would be refused by the page's policy.
    assetsInlineLimit: 0,
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
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
  panel: page('widget', 'panel'),
  demo: page('demo', 'demo'),
};

export default defineConfig(({ mode }) => builds[mode] ?? {});
