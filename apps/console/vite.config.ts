import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/console/',
  plugins: [react()],
  // The SDK is read from its sources, so that no page is built on a stale one.
  resolve: { conditions: ['source', 'browser', 'module', 'import', 'default'] },
  // The server puts a fresh nonce there with each response (`src/http/pages.ts`).
  html: { cspNonce: '__NONCE__' },
  build: {
    outDir: '../../dist/public/console',
    emptyOutDir: true,
    target: 'es2022',
    // The policy of the page takes no `data:` scripts, fonts or workers.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    reportCompressedSize: false,
  },
});
