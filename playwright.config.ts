/** The suites that look at the program as a person does: `npm run e2e:desktop` in a real Electron. */

import { defineConfig } from '@playwright/test'

export default defineConfig({
  outputDir: 'out/e2e',
  forbidOnly: !!process.env.CI,
  retries: 0,
  // Each starts a program of its own, and the figures of one shall not be another's.
  workers: 1,
  timeout: 60_000,
  reporter: [['list'], ['./tests/e2e/count-reporter.ts']],
  projects: [{ name: 'desktop', testDir: 'tests/e2e/desktop' }],
})
