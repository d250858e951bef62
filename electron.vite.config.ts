/** How the program is built: main (all of its entries), preload and renderer, each into its folder of out/. */

import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

// The tests' Electron is 33 (Node 20.18, Chromium 130), the headless program runs on plain Node 20: no newer syntax than theirs.
const node = 'node20.18'
const chrome = 'chrome130'

export default defineConfig({
  main: {
    build: {
      target: node,
      // One file loads in half the time of a thousand. What is not named here stays outside: PGlite and Swagger UI find their files beside their own.
      externalizeDeps: {
        exclude: [
          'hono',
          '@hono/node-server',
          '@hono/zod-openapi',
          'commander',
          'csv-parse',
          'csv-stringify',
          'drizzle-orm',
          'pg',
          'pino',
          'tar',
          'ws',
          'zod',
        ],
      },
      rolldownOptions: {
        input: {
          index: 'electron/main/index.ts',
          worker: 'electron/main/backend/worker.ts',
          headless: 'electron/main/backend/headless.ts',
          'check-data-thread': 'electron/main/backend/check-data-thread.ts',
          reset: 'electron/main/backend/reset.ts',
          simulate: 'electron/main/backend/simulate.ts',
          cli: 'cli/main.ts',
          'make-template': 'electron/main/backend/database/make-template.ts',
        },
        // Shared chunks lie beside the entries, so that `import.meta.dirname` is out/main wherever a file ends up.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      target: node,
      // A sandboxed preload can require nothing but Electron: it is one CommonJS file with its dependencies inside.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: 'electron/preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    base: './',
    plugins: [react()],
    // Replaced in each answer: see electron/main/backend/page-policy.ts.
    html: { cspNonce: 'NONCE-OF-THIS-ANSWER' },
    // The second page is there when the lab is not.
    build: { target: chrome, minify: true, rolldownOptions: { input: { index: 'renderer/index.html', trouble: 'renderer/trouble.html' } } },
  },
})
