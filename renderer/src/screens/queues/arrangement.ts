/** A queue as a column shows it, and what a drop in it asks of the lab. */

import type { QueueEntryWire } from '../../../../shared/contract/bench.ts'
import { type MoveTarget, type Priority, priorities } from '../../../../shared/domain/queue.ts'
import type { SortableItem } from '../../components/sortable-list.tsx'

/** An entry, or the heading under which those of a priority stand. */
export type Row = SortableItem & ({ kind: 'entry'; entry: QueueEntryWire } | { kind: 'heading'; priority: Priority })

/** The queue under its headings. That of the first priority stands above the list: nothing comes before it. */
export function rowsOf(queue: readonly QueueEntryWire[]): Row[] {
  return priorities.flatMap((priority, index) => [
    ...(index === 0 ? [] : [{ kind: 'heading' as const, id: priority, fixed: true, priority }]),
    ...queue.filter((entry) => entry.priority === priority).map((entry) => ({ kind: 'entry' as const, id: entry.id, entry })),
  ])
}

/** Under which heading a row stands in such an order. */
export function priorityAt(rows: readonly Row[], index: number): Priority {
  const heading = rows.slice(0, index + 1).findLast((row) => row.kind === 'heading')
  return heading?.kind === 'heading' ? heading.priority : priorities[0]
}

/** The move that puts the entry where it stands in such an order; null when it stands there already. */
export function targetOf(queue: readonly QueueEntryWire[], rows: readonly Row[], entryId: number): MoveTarget | null {
  const index = rows.findIndex(({ id }) => id === entryId)
  const order = rows.flatMap((row) => (row.kind === 'entry' ? row.entry.id : []))
  const before = queue.map(({ id }) => id)
  const priority = priorityAt(rows, index)
  if (order.join() === before.join() && queue.find(({ id }) => id === entryId)?.priority === priority) return null

  const above = rows[index - 1]
  const below = rows[index + 1]
  if (above?.kind === 'entry') return { after: above.entry.id }
  if (below?.kind === 'entry') return { before: below.entry.id }
  return { priority }
}

/** The queue as it will be after a move, before the lab has answered: what is expected of each place is still of the old one. */
export function movedQueue(queue: readonly QueueEntryWire[], entryId: number, target: MoveTarget): QueueEntryWire[] {
  const entry = queue.find(({ id }) => id === entryId)
  const rest = queue.filter(({ id }) => id !== entryId)
  if (!entry) return [...queue]
  const { index, priority } = placeFor(rest, target)
  const order = [...rest.slice(0, index), { ...entry, priority }, ...rest.slice(index)]
  return order.map((each, place) => ({ ...each, position: place + 1 }))
}

function placeFor(rest: readonly QueueEntryWire[], target: MoveTarget): { index: number; priority: Priority } {
  if ('priority' in target) {
    const { priority } = target
    const behind = rest.findIndex((each) => priorities.indexOf(each.priority) > priorities.indexOf(priority))
    return { index: behind < 0 ? rest.length : behind, priority }
  }
  const neighbour = rest.findIndex(({ id }) => id === ('before' in target ? target.before : target.after))
  const priority = rest[neighbour]?.priority ?? 'normal'
  return { index: 'before' in target ? neighbour : neighbour + 1, priority }
}

/** One step up or down, over the heading when it is the first or last of its priority; null at the end of the queue. */
export function stepTarget(queue: readonly QueueEntryWire[], entryId: number, step: -1 | 1): MoveTarget | null {
  const rows = rowsOf(queue)
  const from = rows.findIndex(({ id }) => id === entryId)
  const [row] = rows.splice(from, 1)
  const to = from + step
  if (!row || to < 0 || to > rows.length) return null
  rows.splice(to, 0, row)
  return targetOf(queue, rows, entryId)
}

/** Before everybody else, with the priority of the one who was first; null for the first. */
export function topTarget(queue: readonly QueueEntryWire[], entryId: number): MoveTarget | null {
  const [first] = queue
  return first && first.id !== entryId ? { before: first.id } : null
}
