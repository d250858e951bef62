/** What all tests of a run share: the migrated template for embedded databases, and one real PostgreSQL server. */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
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

async function startServer() {
  const child = fork(fileURLToPath(new URL('postgres.mjs', import.meta.url)))
  const exited = once(child, 'exit')
  const message = await Promise.race([
    once(child, 'message').then(([first]) => first as { url: string } /* what postgres.mjs sends */),
    exited.then(() => undefined),
  ])
  if (!message) throw new Error('the PostgreSQL server for the tests did not start; what it said is above')

  // From here on it must not keep a run alive that ends without tearing down: it stops by itself when the channel closes.
  child.unref()
  child.channel?.unref()

  async function stop() {
    child.ref()
    if (child.connected) child.disconnect()
    await exited
  }
  return { url: message.url, stop }
}
