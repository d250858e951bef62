/** Whose turn it is: worked examples, and what must hold of any queue however it came about. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byTurn, type MoveTarget, moveEntry, type Priority, placesAhead, priorities, type QueuePlace, rankOfNewcomer } from './queue.ts'

describe('the turn', () => {
  it('is urgent before normal before low, then by rank, then by id', () => {
    const inOrder: QueuePlace[] = [
      { id: 9, priority: 'urgent', rank: 7 },
      { id: 4, priority: 'normal', rank: 0 },
      { id: 6, priority: 'normal', rank: 0 },
      { id: 2, priority: 'normal', rank: 1 },
      { id: 10, priority: 'normal', rank: 10 },
      { id: 1, priority: 'low', rank: 0 },
    ]
    expect([...inOrder].reverse().sort(byTurn)).toEqual(inOrder)
  })

  it('is a total order: every two places have one, and it holds round any three', () => {
    const place = fc.record({ id: fc.nat(6), priority: fc.constantFrom(...priorities), rank: fc.integer({ min: -1, max: 3 }) })
    fc.assert(
      fc.property(place, place, place, (a, b, c) => {
        expect(byTurn(a, a)).toBe(0)
        if (a.id !== b.id) expect(byTurn(a, b)).not.toBe(0)
        expect(byTurn(a, b) < 0).toBe(byTurn(b, a) > 0)
        if (byTurn(a, b) <= 0 && byTurn(b, c) <= 0) expect(byTurn(a, c)).toBeLessThanOrEqual(0)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a newcomer', () => {
  it('is level with the last of its priority, and behind it by its id', () => {
    const waiting: QueuePlace[] = [
      { id: 1, priority: 'normal', rank: 3 },
      { id: 2, priority: 'normal', rank: 1 },
      { id: 3, priority: 'low', rank: 8 },
    ]
    expect(rankOfNewcomer(waiting, 'normal')).toBe(3)
    expect(rankOfNewcomer(waiting, 'low')).toBe(8)
  })

  it('has rank 0 where nobody of its priority waits', () => {
    expect(rankOfNewcomer([], 'normal')).toBe(0)
    expect(rankOfNewcomer([{ id: 1, priority: 'normal', rank: 3 }], 'urgent')).toBe(0)
  })

  it('has all before it who are as urgent or more', () => {
    const waiting: QueuePlace[] = [
      { id: 1, priority: 'urgent', rank: 0 },
      { id: 2, priority: 'normal', rank: 0 },
      { id: 3, priority: 'normal', rank: 0 },
      { id: 4, priority: 'low', rank: 0 },
    ]
    expect(placesAhead(waiting, 'urgent')).toBe(1)
    expect(placesAhead(waiting, 'normal')).toBe(3) // 1 + 2
    expect(placesAhead(waiting, 'low')).toBe(4) // 1 + 2 + 1
    expect(placesAhead([], 'low')).toBe(0)
  })
})

describe('a move', () => {
  // In order: 5 urgent; 1, 2, 3 normal; 4 low.
  const waiting: QueuePlace[] = [
    { id: 1, priority: 'normal', rank: 0 },
    { id: 2, priority: 'normal', rank: 0 },
    { id: 3, priority: 'normal', rank: 0 },
    { id: 4, priority: 'low', rank: 0 },
    { id: 5, priority: 'urgent', rank: 0 },
  ]

  it.each<[string, number, MoveTarget, number[], Priority]>([
    ['up, before another', 3, { before: 1 }, [5, 3, 1, 2, 4], 'normal'],
    ['up, after another', 3, { after: 1 }, [5, 1, 3, 2, 4], 'normal'],
    ['down, before another', 1, { before: 3 }, [5, 2, 1, 3, 4], 'normal'],
    ['down, after another', 1, { after: 3 }, [5, 2, 3, 1, 4], 'normal'],
    ['to where it stands', 2, { after: 1 }, [5, 1, 2, 3, 4], 'normal'],
    ['before a more urgent one', 2, { before: 5 }, [2, 5, 1, 3, 4], 'urgent'],
    ['after a more urgent one', 4, { after: 5 }, [5, 4, 1, 2, 3], 'urgent'],
    ['before a less urgent one', 5, { before: 4 }, [1, 2, 3, 5, 4], 'low'],
    ['after a less urgent one', 1, { after: 4 }, [5, 2, 3, 4, 1], 'low'],
    ['to a higher priority', 2, { priority: 'urgent' }, [5, 2, 1, 3, 4], 'urgent'],
    ['to a lower priority', 5, { priority: 'normal' }, [1, 2, 3, 5, 4], 'normal'],
    ['to an older one of a lower priority', 1, { priority: 'low' }, [5, 2, 3, 4, 1], 'low'],
  ])('%s', (_where, id, target, order, priority) => {
    const moved = stored(waiting, moveEntry(waiting, id, target))
    expect(idsInOrder(moved)).toEqual(order)
    expect(placeOf(moved, id).priority).toBe(priority)
  })

  it('to the priority it has changes nothing, not even its place in it', () => {
    expect(moveEntry(waiting, 1, { priority: 'normal' })).toEqual([])
  })

  it('to a priority that nobody has makes it the only one, with newcomers behind it', () => {
    const alone: QueuePlace[] = [{ id: 7, priority: 'normal', rank: 4 }]
    expect(moveEntry(alone, 7, { priority: 'urgent' })).toEqual([{ id: 7, priority: 'urgent', rank: 0 }])
  })

  it('gives the new ranks of the row it joins', () => {
    expect(moveEntry(waiting, 4, { before: 2 })).toEqual([
      { id: 1, priority: 'normal', rank: 1 },
      { id: 4, priority: 'normal', rank: 2 },
      { id: 2, priority: 'normal', rank: 3 },
      { id: 3, priority: 'normal', rank: 4 },
    ])
  })

  it('keeps what else an entry carries', () => {
    const entries = [
      { id: 1, priority: 'normal', rank: 0, note: 'first' },
      { id: 2, priority: 'normal', rank: 0, note: 'second' },
    ] satisfies (QueuePlace & { note: string })[]
    expect(moveEntry(entries, 2, { before: 1 })).toEqual([
      { id: 2, priority: 'normal', rank: 1, note: 'second' },
      { id: 1, priority: 'normal', rank: 2, note: 'first' },
    ])
  })

  it.each<[string, number, MoveTarget, string]>([
    ['of an entry that does not wait here', 99, { before: 1 }, 'queue_entry_not_found'],
    ['to a priority of an entry that does not wait here', 99, { priority: 'low' }, 'queue_entry_not_found'],
    ['before an entry that does not wait here', 1, { before: 99 }, 'queue_entry_not_found'],
    ['after an entry that does not wait here', 1, { after: 99 }, 'queue_entry_not_found'],
    ['before itself', 1, { before: 1 }, 'invalid_input'],
    ['after itself', 1, { after: 1 }, 'invalid_input'],
  ])('%s is refused', (_what, id, target, code) => {
    const missing = code === 'queue_entry_not_found' ? 99 : id
    expect(() => moveEntry(waiting, id, target)).toThrow(expect.objectContaining({ code, details: { entry_id: missing } }))
  })
})

describe('any queue', () => {
  it('stands as three plain lists would that the same was done to', () => {
    fc.assert(
      fc.property(fc.array(actions(), { maxLength: 60 }), (doings) => {
        let queue: Queue = { waiting: [], nextId: 1 }
        let lists: Lists = { urgent: [], normal: [], low: [] }
        for (const action of doings) {
          lists = inLists(lists, queue, action)
          queue = done(queue, action)
          expect(idsInOrder(queue.waiting)).toEqual(priorities.flatMap((priority) => lists[priority]))
          for (const { id, priority } of queue.waiting) expect(lists[priority]).toContain(id)
        }
      }),
    )
  })

  it('has no two places of which neither comes first', () => {
    fc.assert(
      fc.property(queues(), ({ waiting }) => {
        const inOrder = [...waiting].sort(byTurn)
        for (const [index, place] of inOrder.slice(1).entries()) expect(byTurn(inOrder[index] ?? place, place)).toBeLessThan(0)
      }),
    )
  })

  it('puts a moved entry exactly beside its neighbour, in its priority, and nobody else out of order', () => {
    fc.assert(
      fc.property(moves(), ({ waiting, entry, neighbour, side }) => {
        const after = stored(waiting, moveEntry(waiting, entry.id, side === 'before' ? { before: neighbour.id } : { after: neighbour.id }))
        const order = idsInOrder(after)
        expect(order.indexOf(entry.id) - order.indexOf(neighbour.id)).toBe(side === 'before' ? -1 : 1)
        expect(placeOf(after, entry.id).priority).toBe(neighbour.priority)
        expect(without(order, entry.id)).toEqual(without(idsInOrder(waiting), entry.id))
        for (const other of waiting) if (other.id !== entry.id) expect(placeOf(after, other.id).priority).toBe(other.priority)
      }),
    )
  })

  it('puts an entry whose priority changed last of those that have it, and nobody else out of order', () => {
    fc.assert(
      fc.property(moves(), fc.constantFrom(...priorities), ({ waiting, entry }, priority) => {
        fc.pre(entry.priority !== priority)
        const after = stored(waiting, moveEntry(waiting, entry.id, { priority }))
        expect(idsInOrder(after.filter((place) => place.priority === priority)).at(-1)).toBe(entry.id)
        expect(without(idsInOrder(after), entry.id)).toEqual(without(idsInOrder(waiting), entry.id))
      }),
    )
  })

  it('puts a newcomer last of its priority, behind as many as were said to be ahead', () => {
    fc.assert(
      fc.property(queues(), fc.constantFrom(...priorities), (queue, priority) => {
        const newcomer = { id: queue.nextId, priority, rank: rankOfNewcomer(queue.waiting, priority) }
        const after = idsInOrder([...queue.waiting, newcomer])
        expect(after.indexOf(newcomer.id)).toBe(placesAhead(queue.waiting, priority))
        expect(without(after, newcomer.id)).toEqual(idsInOrder(queue.waiting))
        const sameWish = queue.waiting.filter((place) => place.priority === priority)
        expect(idsInOrder([...sameWish, newcomer]).at(-1)).toBe(newcomer.id)
      }),
    )
  })

  it('is told only of places that change, each once, and is itself left as it was', () => {
    fc.assert(
      fc.property(moves(), targets(), ({ waiting, entry, neighbour }, kind) => {
        const before = structuredClone(waiting)
        const changed = moveEntry(waiting, entry.id, targetOf(kind, neighbour))
        expect(waiting).toEqual(before)
        expect(new Set(changed.map(({ id }) => id)).size).toBe(changed.length)
        for (const place of changed) expect(place).not.toEqual(placeOf(waiting, place.id))
      }),
    )
  })

  it('moves alike in whatever order it was read', () => {
    const shuffled = moves().chain((move) =>
      fc.record({ move: fc.constant(move), other: fc.shuffledSubarray([...move.waiting], { minLength: move.waiting.length }) }),
    )
    fc.assert(
      fc.property(shuffled, targets(), ({ move: { waiting, entry, neighbour }, other }, kind) => {
        const target = targetOf(kind, neighbour)
        expect(moveEntry(other, entry.id, target)).toEqual(moveEntry(waiting, entry.id, target))
        expect(idsInOrder(other)).toEqual(idsInOrder(waiting))
      }),
    )
  })
})

/** A device's queue as the database keeps it: the waiting rows in no order, and the sequence. */
type Queue = { waiting: readonly QueuePlace[]; nextId: number }

/** `who` and `neighbour` count round the waiting entries, so that any numbers name some. */
type Action =
  | { kind: 'add'; priority: Priority }
  | { kind: 'move'; who: number; side: 'before' | 'after'; neighbour: number }
  | { kind: 'reprioritise'; who: number; priority: Priority }
  | { kind: 'leave'; who: number }

function actions(): fc.Arbitrary<Action> {
  const priority = fc.constantFrom(...priorities)
  const side = fc.constantFrom('before' as const, 'after' as const)
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), priority }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('move' as const), who: fc.nat(100), side, neighbour: fc.nat(100) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('reprioritise' as const), who: fc.nat(100), priority }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), who: fc.nat(100) }) },
  )
}

/** Any queue that adding, moving and leaving can bring about. */
function queues(): fc.Arbitrary<Queue> {
  return fc.array(actions(), { maxLength: 40 }).map((doings) => doings.reduce(done, { waiting: [], nextId: 1 }))
}

/** Such a queue with two different entries of it. */
function moves() {
  return fc
    .record({ queue: queues(), who: fc.nat(100), neighbour: fc.nat(100), side: fc.constantFrom('before' as const, 'after' as const) })
    .filter(({ queue }) => queue.waiting.length > 1)
    .map(({ queue: { waiting }, who, neighbour, side }) => {
      const entry = entryAt(waiting, who)
      const others = waiting.filter((place) => place !== entry)
      return { waiting, entry, neighbour: entryAt(others, neighbour), side }
    })
}

function targets(): fc.Arbitrary<'before' | 'after' | Priority> {
  return fc.constantFrom('before' as const, 'after' as const, ...priorities)
}

function targetOf(kind: 'before' | 'after' | Priority, neighbour: QueuePlace): MoveTarget {
  return kind === 'before' ? { before: neighbour.id } : kind === 'after' ? { after: neighbour.id } : { priority: kind }
}

/** The action as the store does it: ids from the sequence, returned places in the stead of the old ones. */
function done({ waiting, nextId }: Queue, action: Action): Queue {
  if (action.kind === 'add') {
    const { priority } = action
    return { waiting: [...waiting, { id: nextId, priority, rank: rankOfNewcomer(waiting, priority) }], nextId: nextId + 1 }
  }
  if (waiting.length === 0) return { waiting, nextId }
  const { id } = entryAt(waiting, action.who)
  if (action.kind === 'leave') return { waiting: waiting.filter((place) => place.id !== id), nextId }
  if (action.kind === 'reprioritise') return { waiting: stored(waiting, moveEntry(waiting, id, { priority: action.priority })), nextId }

  const neighbour = entryAt(waiting, action.neighbour)
  if (neighbour.id === id) return { waiting, nextId }
  return { waiting: stored(waiting, moveEntry(waiting, id, targetOf(action.side, neighbour))), nextId }
}

type Lists = Record<Priority, number[]>

/** The same action on one list of ids per priority, which knows no ranks; `queue` is the one before it and says who is meant. */
function inLists(lists: Lists, { waiting, nextId }: Queue, action: Action): Lists {
  if (action.kind === 'add') return { ...lists, [action.priority]: [...lists[action.priority], nextId] }
  if (waiting.length === 0) return lists
  const { id, priority } = entryAt(waiting, action.who)
  const rest: Lists = { ...lists, [priority]: without(lists[priority], id) }
  if (action.kind === 'leave') return rest
  if (action.kind === 'reprioritise') {
    return action.priority === priority ? lists : { ...rest, [action.priority]: [...rest[action.priority], id] }
  }
  const neighbour = entryAt(waiting, action.neighbour)
  if (neighbour.id === id) return lists
  const row = rest[neighbour.priority]
  const index = row.indexOf(neighbour.id) + (action.side === 'after' ? 1 : 0)
  return { ...rest, [neighbour.priority]: row.toSpliced(index, 0, id) }
}

function stored(waiting: readonly QueuePlace[], changed: readonly QueuePlace[]): QueuePlace[] {
  return waiting.map((place) => changed.find(({ id }) => id === place.id) ?? place)
}

function idsInOrder(waiting: readonly QueuePlace[]): number[] {
  return [...waiting].sort(byTurn).map(({ id }) => id)
}

function entryAt(waiting: readonly QueuePlace[], index: number): QueuePlace {
  const entry = waiting[index % waiting.length]
  if (!entry) throw new Error('an empty queue has no entries')
  return entry
}

function placeOf(waiting: readonly QueuePlace[], entryId: number): QueuePlace {
  const place = waiting.find(({ id }) => id === entryId)
  if (!place) throw new Error(`no entry ${entryId} waits`)
  return place
}

function without(ids: readonly number[], left: number): number[] {
  return ids.filter((id) => id !== left)
}
