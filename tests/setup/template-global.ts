/** What the tests of components share: the migrated template. They need no database server, so none is started for them. */

import type { TestProject } from 'vitest/node'
import { prepareTemplate } from './template.ts'

export async function setup(project: TestProject): Promise<void> {
  project.provide('templateFolder', await prepareTemplate())
}
