/** A benchmark of the screens gets a lab of its own; what was measured is printed when the last of its file has ended. */

import { test as base, expect } from '@playwright/test'
import { type HeadlessLab, type LabSettings, startHeadlessLab } from '../../e2e/support/headless-lab.ts'
import { report } from '../figures.ts'

export { expect }

type OfWorker = { labSettings: LabSettings; lab: HeadlessLab; printing: undefined }

export const test = base.extend<object, OfWorker>({
  labSettings: [{ demoLogs: 20_000 }, { scope: 'worker', option: true }],
  lab: [
    async ({ labSettings }, use) => {
      const lab = await startHeadlessLab(labSettings)
      await use(lab)
      await lab.close()
    },
    { scope: 'worker', timeout: 600_000 },
  ],
  baseURL: ({ lab }, use) => use(lab.urls.ui),
  printing: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures out of the braces
    async ({}, use) => {
      await use(undefined)
      report()
    },
    { scope: 'worker', auto: true },
  ],
})
