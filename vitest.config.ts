/** One command runs every suite: the rules beside their code, then all that needs a database. */

import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { CountReporter } from './tests/setup/count-reporter.ts'

/** Ample, because only what hangs waits it out, and a machine that has other work to do may be many times slower than it is alone. */
const common = {
  setupFiles: ['tests/setup/leaks.ts'],
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 20_000 } },
}

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    retry: 0,
    reporters: ['default', new CountReporter()],
    projects: [
      // Apart, so that `vitest shared` starts no database.
      { test: { ...common, name: 'shared', include: ['shared/**/*.test.ts', 'cli/**/*.test.ts'] } },
      { test: { ...common, name: 'renderer', include: ['renderer/**/*.test.ts'] } },
      {
        test: {
          ...common,
          name: 'lab',
          include: ['electron/**/*.test.ts', 'tests/integration/**/*.test.ts'],
          globalSetup: ['tests/setup/global.ts'],
        },
      },
      {
        plugins: [react()],
        test: {
          ...common,
          name: 'components',
          include: ['renderer/**/*.test.tsx'],
          environment: 'happy-dom',
          // As in playwright.config.ts. What the lab does has one try everywhere: a race that is lost once in a thousand times is lost.
          retry: process.env.CI ? 1 : 0,
          globalSetup: ['tests/setup/template-global.ts'],
        },
      },
    ],
  },
})
