/** A real PostgreSQL server for tests, in a process that ends with the one that started it (postgres.mjs). */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** `url`: a superuser's, of the database `postgres`. */
export async function startServer(): Promise<{ url: string; stop: () => Promise<void> }> {
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
