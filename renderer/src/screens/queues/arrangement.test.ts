/** What a drop in a queue asks for, held against what the lab makes of it. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { QueueEntryWire } from '../../../../shared/contract/bench.ts'
import { byTurn, moveEntry, type Priority, priorities, type QueuePlace } from '../../../../shared/domain/queue.ts'
import { movedQueue, priorityAt, rowsOf, stepTarget, targetOf, topTarget } from './arrangement.ts'

describe('a column', () => {
  const queue = queueOf(['urgent', 'normal', 'normal'])

  it('stands under headings, that of the first priority above it', () => {
    expect(rowsOf(queue).map(({ id }) => id)).toEqual([1, 'normal', 2, 3, 'low'])
    expect(rowsOf([]).map(({ id }) => id)).toEqual(['normal', 'low'])
  })

  it('knows under which heading each place is', () => {
    const rows = rowsOf(queue)
    expect(rows.map((_, index) => priorityAt(rows, index))).toEqual(['urgent', 'normal', 'normal', 'normal', 'low'])
  })

  it('asks for nothing when an entry is put down where it was', () => {
    expect(targetOf(queue, rowsOf(queue), 2)).toBeNull()
  })

  it('asks for the priority alone when there is no other to stand beside', () => {
    expect(stepTarget(queue, 3, 1)).toEqual({ priority: 'low' })
  })

  it('has an end in both directions', () => {
    expect(stepTarget(queueOf(['urgent']), 1, -1)).toBeNull()
    expect(stepTarget(queueOf(['low']), 1, 1)).toBeNull()
    expect(topTarget(queue, 1)).toBeNull()
    expect(topTarget(queue, 3)).toEqual({ before: 1 })
  })
})

it('wherever an entry is put down, the lab moves it exactly there, and the screen shows it there before', () => {
  const queues = fc.array(fc.constantFrom(...priorities), { minLength: 1, maxLength: 8 }).map((list) => queueOf(inOrder(list)))
  fc.assert(
    fc.property(queues, fc.nat(), fc.nat(), (queue, which, where) => {
      const rows = rowsOf(queue)
      const entry = queue[which % queue.length]
      if (!entry) return
      const [row] = rows.splice(
        rows.findIndex(({ id }) => id === entry.id),
        1,
      )
      if (row) rows.splice(where % (rows.length + 1), 0, row)
      const wanted = rows.flatMap((each, index) => (each.kind === 'entry' ? [[each.entry.id, priorityAt(rows, index)]] : []))

      const target = targetOf(queue, rows, entry.id)
      const stored = target ? afterLab(queue, entry.id, target) : queue
      expect(stored.map(({ id, priority }) => [id, priority])).toEqual(wanted)
      const shown = target ? movedQueue(queue, entry.id, target) : queue
      expect(shown.map(({ id, priority }) => [id, priority])).toEqual(wanted)
      expect(shown.map(({ position }) => position)).toEqual(shown.map((_, index) => index + 1))
    }),
  )
})

/** What the lab's own rule makes of the move. */
function afterLab(queue: QueueEntryWire[], entryId: number, target: Parameters<typeof moveEntry>[2]): QueuePlace[] {
  const places = queue.map(({ id, priority }) => ({ id, priority, rank: 0 }))
  const changed = new Map(moveEntry(places, entryId, target).map((place) => [place.id, place]))
  return places.map((place) => changed.get(place.id) ?? place).sort(byTurn)
}

function inOrder(list: Priority[]): Priority[] {
  return [...list].sort((a, b) => priorities.indexOf(a) - priorities.indexOf(b))
}

function queueOf(list: Priority[]): QueueEntryWire[] {
  return list.map((priority, index) => ({
    id: index + 1,
    deviceId: 'd',
    workflowId: `w${index + 1}`,
    workflowName: null,
    stepIndex: null,
    operator: null,
    priority,
    note: null,
    position: index + 1,
    queuedAt: '2025-01-01T00:00:00.000Z',
    waitSeconds: null,
    waitP90Seconds: null,
    expectedStartAt: null,
    expectedStartP90At: null,
    expectedEndAt: null,
    expectedEndP90At: null,
    basedOn: 'none',
    reasons: [],
  }))
}
