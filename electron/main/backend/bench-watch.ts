/** Keeps the desktop's tray up to date: after something happened, reads how the bench is, and tells what is new for a person. */

import type { EventKind } from '../../../shared/domain/event.ts'
import { type NeedsPerson, readBench } from './services/bench-summary.ts'
import type { Lab } from './services/lab.ts'
import type { BenchSummary, Notice } from './worker-messages.ts'

/** Events come in bursts; the tray needs none of them at once. Milliseconds. */
const pause = 200

const matters = (kind: EventKind) => /^(workflow|operation|step|queue)\./.test(kind)

/** @returns ends it */
export function watchBench(lab: Lab, told: { summary(summary: BenchSummary): void; notice(notice: Notice): void }): () => void {
  const ended = new AbortController()
  let known: Set<string> | undefined
  let wanted = false
  let reading = false

  async function read(): Promise<void> {
    wanted = true
    if (reading) return
    reading = true
    try {
      while (wanted && !ended.signal.aborted) {
        wanted = false
        const { active, waiting, needPerson } = await readBench(lab.database.db)
        told.summary({ active, waiting, attention: needPerson.length })
        // What was so before the program started is on the screen that opens with it.
        for (const workflow of needPerson) if (known && !known.has(keyOf(workflow))) told.notice(noticeOf(workflow))
        known = new Set(needPerson.map(keyOf))
        await lab.clock.wait(pause, ended.signal)
      }
    } catch (error) {
      if (!ended.signal.aborted) lab.logger.error({ err: error }, 'the state of the bench could not be read')
    } finally {
      reading = false
    }
  }

  const unsubscribe = lab.feed.subscribe((event) => {
    if (matters(event.kind)) void read()
  })
  void read()
  return () => {
    unsubscribe()
    ended.abort()
  }
}

/** A workflow that failed, went on and failed again is news again: it left the list in between, or its error differs. */
function keyOf({ id, status, error }: NeedsPerson): string {
  return `${id} ${status} ${error}`
}

function noticeOf({ id, name, deviceId, status, error }: NeedsPerson): Notice {
  const title = status === 'interrupted' ? `“${name}” was interrupted` : `“${name}” needs you`
  return { title, body: `${deviceId}: ${error ?? 'a step did not come to its end'}. Decide how it goes on.`, workflowId: id }
}
