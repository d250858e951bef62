/** Says that an entry was taken out of the queue, and puts it back when that was a slip. */

import type { QueueEntryWire } from '../../../../shared/contract/bench.ts'
import type { Client } from '../../api/client.ts'
import { tellDone, tellRefusal, tellUndoable } from '../../components/tell.tsx'

/** `queue`: as it was with the entry. */
type Cancelled = { client: Client; deviceName: string; entry: QueueEntryWire; queue: readonly QueueEntryWire[] }

export function tellCancelled(cancelled: Cancelled): void {
  const { deviceName, entry } = cancelled
  const name = entry.workflowName ?? entry.workflowId
  tellUndoable(`${name} no longer waits for ${deviceName}.`, () => {
    putBack(cancelled).then(tellDone, (error: Error) => tellRefusal(error, `${name} could not be put back`))
  })
}

/**
 * Adds the entry again and moves it to where it was, next to those it stood between.
 * @returns the sentence that says what became of it
 * @throws LabError
 */
async function putBack({ client, deviceName, entry, queue }: Cancelled): Promise<string> {
  const { deviceId, workflowId, priority } = entry
  const name = entry.workflowName ?? workflowId
  await waitAgain(client, entry)
  const { queue: now } = await client.call('bench.get', { deviceId })
  const added = now.find((each) => each.workflowId === workflowId)
  if (!added) return `${name} has ${deviceName} now: it was free.`

  const stillThere = ({ id }: QueueEntryWire) => now.some((each) => each.id === id && each.priority === priority)
  const peers = queue.filter((each) => each.priority === priority && each.id !== entry.id)
  const above = peers.findLast((each) => each.position < entry.position)
  const below = peers.find((each) => each.position > entry.position)
  const target =
    above && stillThere(above)
      ? { after: above.id }
      : below && stillThere(below)
        ? { before: below.id }
        : added.priority === priority
          ? null
          : { priority }
  const moved = target ? (await client.call('queue.move', { deviceId, entryId: added.id, target })).queue : now
  const place = moved.find(({ id }) => id === added.id)
  if (!place) return `${name} has ${deviceName} now: its turn had come.`
  const asBefore = (!above || stillThere(above)) && (!below || stillThere(below))
  return `${name} waits again, at place ${place.position}${asBefore ? '' : '; the queue has changed meanwhile'}.`
}

/** A workflow of this lab that was paused when it queued goes on from there; any other joins the queue. */
async function waitAgain(client: Client, { deviceId, workflowId, workflowName, priority, note }: QueueEntryWire): Promise<void> {
  const paused = workflowName !== null && (await client.call('workflows.get', { workflowId })).status === 'paused'
  if (paused) await client.call('workflows.resume', { workflowId, onBusy: 'queue' })
  else await client.call('queue.add', { deviceId, workflowId, priority, note })
}
