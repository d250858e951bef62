/** Whose turn it is: the order of a device's queue, and what a move by hand does to it. */

import { DomainError } from './errors.ts'

/** In order of turn. The database enum of the same name lists them in this order too, and sorts by it. */
export const priorities = ['urgent', 'normal', 'low'] as const
export type Priority = (typeof priorities)[number]

export const entryStatuses = ['waiting', 'booked', 'cancelled'] as const
export type EntryStatus = (typeof entryStatuses)[number]

/** A waiting entry's place: `rank` is made by hand, `id` is the database's sequence. */
export type QueuePlace = { id: number; priority: Priority; rank: number }

export type MoveTarget = { before: number } | { after: number } | { priority: Priority }

/** Urgent before normal before low; inside a priority the hand-made rank, then the database sequence (never a clock). */
export function byTurn(a: QueuePlace, b: QueuePlace): number {
  return priorities.indexOf(a.priority) - priorities.indexOf(b.priority) || a.rank - b.rank || a.id - b.id
}

/** The rank of a newcomer: level with the last of its priority, so that its higher id puts it behind. */
export function rankOfNewcomer(waiting: readonly QueuePlace[], priority: Priority): number {
  return Math.max(0, ...waiting.filter((place) => place.priority === priority).map((place) => place.rank))
}

/** How many stand before a new request of this priority. */
export function placesAhead(waiting: readonly QueuePlace[], priority: Priority): number {
  return waiting.filter((place) => priorities.indexOf(place.priority) <= priorities.indexOf(priority)).length
}

/**
 * Moves one waiting entry and gives the places that change, ready to be stored.
 * Next to a neighbour it takes the neighbour's priority; a changed priority puts it behind those that have it; its own priority again, or the place where it stands, changes nothing.
 * @param waiting every waiting entry of the device, in any order
 * @throws DomainError `queue_entry_not_found` (the entry or its neighbour does not wait here), `invalid_input` (moved next to itself)
 */
export function moveEntry(waiting: readonly QueuePlace[], entryId: number, target: MoveTarget): QueuePlace[] {
  const entry = placeOf(waiting, entryId)
  if ('priority' in target) {
    if (target.priority === entry.priority) return []
    const last = Math.max(-1, ...waiting.filter((place) => place.priority === target.priority).map((place) => place.rank))
    return [{ ...entry, priority: target.priority, rank: last + 1 }]
  }

  const neighbourId = 'before' in target ? target.before : target.after
  if (neighbourId === entryId) throw new DomainError('invalid_input', 'An entry cannot be moved next to itself', { entry_id: entryId })
  const neighbour = placeOf(waiting, neighbourId)

  const present = waiting.filter((place) => place.priority === neighbour.priority).sort(byTurn)
  const row = present.filter((place) => place.id !== entryId)
  row.splice(row.indexOf(neighbour) + ('after' in target ? 1 : 0), 0, { ...entry, priority: neighbour.priority })
  if (row.every((place, index) => place.id === present[index]?.id)) return []

  const before = new Map(waiting.map((place) => [place.id, place]))
  return row
    .map((place, index) => ({ ...place, rank: index + 1 }))
    .filter((place) => before.get(place.id)?.rank !== place.rank || before.get(place.id)?.priority !== place.priority)
}

function placeOf(waiting: readonly QueuePlace[], entryId: number): QueuePlace {
  const place = waiting.find((candidate) => candidate.id === entryId)
  if (!place) throw new DomainError('queue_entry_not_found', 'Queue entry not found', { entry_id: entryId })
  return place
}
