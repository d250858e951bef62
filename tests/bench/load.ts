/** Starts a load thread and waits for what it measured. */

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type Timing, timingOf } from './figures.ts'

export type Step = { method: string; url: string; body?: unknown }

/** @param clients for each client its rounds, for each round its requests */
export async function load(clients: Step[][][]): Promise<Timing> {
  const worker = new Worker(new URL('load.mjs', import.meta.url), { workerData: { clients } })
  const [{ milliseconds, elapsed }] = (await once(worker, 'message')) as [{ milliseconds: number[]; elapsed: number }]
  await worker.terminate()
  return timingOf(milliseconds, elapsed)
}

/** The same request over and over, from one client. */
export function again(times: number, step: Step): Step[][][] {
  return [Array.from({ length: times }, () => [step])]
}
