/** What an end-to-end test gets: a lab of its file, the page on it, and the page objects. */

import { test as base, expect } from '@playwright/test'
import { benchPage } from '../pages/bench.ts'
import { framePage } from '../pages/frame.ts'
import { queuesPage } from '../pages/queues.ts'
import { samplesPage } from '../pages/samples.ts'
import { newWorkflowPage, workflowsPage } from '../pages/workflows.ts'
import { type HeadlessLab, type LabSettings, startHeadlessLab } from './headless-lab.ts'

type OfTest = {
  frame: ReturnType<typeof framePage>
  bench: ReturnType<typeof benchPage>
  queues: ReturnType<typeof queuesPage>
  workflows: ReturnType<typeof workflowsPage>
  newWorkflowForm: ReturnType<typeof newWorkflowPage>
  samples: ReturnType<typeof samplesPage>
  /** Fails the test when the page throws or complains. */
  complaints: string[]
}

type OfWorker = {
  /** For a file of its own settings: `test.use({ labSettings: { simSpeed: 1 } })`. Files with the same settings share a lab. */
  labSettings: LabSettings
  lab: HeadlessLab
}

export const test = base.extend<OfTest, OfWorker>({
  labSettings: [{}, { scope: 'worker', option: true }],
  lab: [
    async ({ labSettings }, use) => {
      const lab = await startHeadlessLab(labSettings)
      await use(lab)
      await lab.close()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  baseURL: ({ lab }, use) => use(lab.urls.ui),
  frame: ({ page }, use) => use(framePage(page)),
  bench: ({ page }, use) => use(benchPage(page)),
  queues: ({ page }, use) => use(queuesPage(page)),
  workflows: ({ page }, use) => use(workflowsPage(page)),
  newWorkflowForm: ({ page }, use) => use(newWorkflowPage(page)),
  samples: ({ page }, use) => use(samplesPage(page)),
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(error.stack ?? error.message))
      page.on('console', (message) => {
        // The browser itself complains while the program is down.
        if (message.type() === 'error' && !/net::ERR_|WebSocket connection to/.test(message.text())) complaints.push(message.text())
      })
      await use(complaints)
      expect(complaints, 'what the page complained of').toEqual([])
    },
    { auto: true },
  ],
})

export { expect }
