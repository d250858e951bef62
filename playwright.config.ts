/** The suites that look at the program as a person does: `npm run e2e` in a browser, `npm run e2e:desktop` in a real Electron. */

import { defineConfig } from '@playwright/test'
import { findChromium } from './scripts/find-chromium.mjs'

// Without one Playwright names its own, which is missing too, and says how to get it.
const chromium = findChromium()

/** The figures of one shall not be another's, nor the display. */
const alone = { workers: 1 }

const browser = {
  launchOptions: chromium === undefined ? {} : { executablePath: chromium },
  viewport: { width: 1280, height: 800 },
  locale: 'en-GB',
  timezoneId: 'Europe/Berlin',
}

export default defineConfig({
  globalSetup: './tests/e2e/support/build-program.ts',
  outputDir: 'out/e2e',
  forbidOnly: !!process.env.CI,
  // The machine of CI is shared, and nobody looks at it: a second try there, told at the end as unsteady. At a desk the first one counts.
  retries: process.env.CI ? 1 : 0,
  // At most; a project says when it is alone.
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  // A click that cannot be done says on what, long before the test's own time is over.
  use: { actionTimeout: 45_000 },
  reporter: [['list'], ['./tests/e2e/count-reporter.ts']],
  projects: [
    {
      ...alone,
      name: 'screenshots',
      testDir: 'tests/e2e/screenshots',
      testMatch: '*.shot.ts',
      use: { ...browser, viewport: { width: 1440, height: 900 } },
    },
    { ...alone, name: 'desktop', testDir: 'tests/e2e/desktop' },
    { ...alone, name: 'desktop-bench', testDir: 'tests/bench/desktop', testMatch: '*.bench.ts' },
    { ...alone, name: 'ui-bench', testDir: 'tests/bench/ui', testMatch: '*.bench.ts', timeout: 600_000, use: browser },
    {
      name: 'browser',
      testDir: 'tests/e2e/browser',
      // A trace takes a quarter more of the processor: `npm run e2e -- --trace=retain-on-failure` where one is wanted.
      use: { ...browser, screenshot: 'only-on-failure' },
    },
  ],
})
