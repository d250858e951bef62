/** Fails a test file that leaves a server, a socket, a pool, a child process, a worker or a timer open. */

import { subscribe } from 'node:diagnostics_channel'
import type { Worker } from 'node:worker_threads'
import { afterAll } from 'vitest'

// Taken before a test can put fake ones in their place.
const { setTimeout } = globalThis
const now = performance.now.bind(performance)

/** Long enough for sockets that are closing to be gone, and for vitest's own timer (100 ms); only a file that leaks waits it out. */
const patienceMs = 10_000
const pauseMs = 5

// Node does not count a running worker among its active resources.
const workers = new Set<Worker>()
subscribe('worker_threads', (message) => {
  const { worker } = message as { worker: Worker } // Node's documented message of this channel
  workers.add(worker)
  worker.once('exit', () => workers.delete(worker))
})

const before = countOpen()

afterAll(async () => {
  const deadline = now() + patienceMs
  let left = leftOpen()
  while (left.length > 0 && now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    left = leftOpen()
  }
  if (left.length > 0) throw new Error(`left open after the last test: ${left.join(', ')}`)
})

function leftOpen(): string[] {
  return [...countOpen()]
    .map(([kind, count]) => ({ kind, extra: count - (before.get(kind) ?? 0) }))
    .filter(({ extra }) => extra > 0)
    .map(({ kind, extra }) => (extra === 1 ? kind : `${extra} × ${kind}`))
}

/** How many there are of each kind that keeps a process alive: TCPServerWrap, TCPSocketWrap, PipeWrap, ProcessWrap, Timeout, … */
function countOpen(): Map<string, number> {
  const counts = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  if (workers.size > 0) counts.set('Worker', workers.size)
  return counts
}
