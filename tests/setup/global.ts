/** What all tests of a run share: the migrated template for embedded databases, and one real PostgreSQL server. */

import type { TestProject } from 'vitest/node'
import { startServer } from './postgres-server.ts'
import { prepareTemplate } from './template.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder that `makeTemplate` wrote. Read only. */
    templateFolder: string
    /** A superuser's URL of the database `postgres`, from which a test makes databases of its own. */
    serverUrl: string
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [templateFolder, server] = await Promise.all([prepareTemplate(), startServer()])
  project.provide('templateFolder', templateFolder)
  project.provide('serverUrl', server.url)
  return server.stop
}
