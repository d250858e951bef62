/** A filtered list of logs as a scroller needs it: how many there are, and the rows that are in view, fetched in pages by position. */

import type { LogExtentWire, LogFilterWire, LogOrder, LogRowWire } from '../../../../shared/contract/logs.ts'
import type { Client } from '../../api/client.ts'

/** Positions count from the oldest, 0 first. */
export type LogList = {
  extent(): LogExtentWire | undefined
  /** Why it could not be read, until it can. */
  failure(): Error | undefined
  /** Undefined while it is being fetched. */
  row(position: number): LogRowWire | undefined
  /** The first rows of either end, until everything is counted. */
  first(order: LogOrder): readonly LogRowWire[]
  /** These positions, up to and without `to`, are in view: they are fetched, and what nobody looks at any more is not. */
  want(from: number, to: number): void
  /** Logs may have arrived or changed; `logId`: this one has. */
  refresh(logId?: number): void
  /** Counts anew: what is known may be old. */
  restart(): void
  /** Changes with everything that `subscribe` tells of. */
  version(): number
  subscribe(listener: () => void): () => void
  close(): void
}

type Page = { rows: readonly (LogRowWire | undefined)[]; stale: boolean }

const pageSize = 100
/** Pages that are kept: some 10,000 rows. */
const keptPages = 100
const atOnce = 2
/** Between two questions for what has arrived, and after one that failed. Milliseconds. */
const pace = 250
const againAfter = 2_000
const firstRows = 100

export function createLogList(call: Client['call'], filter: LogFilterWire, order: LogOrder): LogList {
  const listeners = new Set<() => void>()
  const pages = new Map<number, Page>()
  const fetching = new Set<number>()
  let extent: LogExtentWire | undefined
  let failure: Error | undefined
  let first: readonly LogRowWire[] = []
  let wanted: number[] = []
  let version = 0
  let counting = false
  let again = false
  let closed = false
  let timer: ReturnType<typeof setTimeout> | undefined

  function tell(): void {
    version += 1
    for (const listener of listeners) listener()
  }

  /** The first that is due stands: while much happens, it would never come to the last. */
  function later(milliseconds: number): void {
    timer ??= setTimeout(() => void count(), milliseconds)
  }

  /** Asks until everything is counted; then waits for the next reason to ask. */
  async function count(): Promise<void> {
    if (counting || closed) {
      again = true
      return
    }
    counting = true
    again = false
    clearTimeout(timer)
    timer = undefined
    try {
      do take(await call('logs.extent', { filter }))
      while (!closed && !extent?.complete)
      if (again && !closed) later(pace)
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error))
      if (!closed) later(againAfter)
      tell()
    } finally {
      counting = false
    }
  }

  function take(next: LogExtentWire): void {
    if (closed) return
    if (extent && extent.generation !== next.generation) pages.clear()
    // What was not settled then may have moved since.
    const settled = extent?.settled ?? 0
    for (const [number, page] of pages) if ((number + 1) * pageSize > settled) page.stale = true
    if (next.complete && !extent?.complete && order === 'newest') seed(next.total)
    extent = next
    failure = undefined
    tell()
    fetchNext()
  }

  /** The first rows stay in sight until the pages that they belong to have come. */
  function seed(total: number): void {
    for (const [index, row] of first.entries()) {
      const position = total - 1 - index
      const number = Math.floor(position / pageSize)
      const page = pages.get(number) ?? { rows: new Array<LogRowWire | undefined>(pageSize), stale: true }
      pages.set(number, { ...page, rows: page.rows.with(position % pageSize, row) })
    }
  }

  function fetchNext(): void {
    if (!extent || closed) return
    const { generation, total } = extent
    const missing = wanted.filter((number) => !fetching.has(number) && number * pageSize < total && (pages.get(number)?.stale ?? true))
    for (const number of missing.slice(0, Math.max(0, atOnce - fetching.size))) void fetchPage(generation, number)
  }

  async function fetchPage(generation: string, number: number): Promise<void> {
    fetching.add(number)
    // Before it is read: a change meanwhile makes it stale again.
    const known = pages.get(number)
    if (known) known.stale = false
    try {
      const { stale, rows } = await call('logs.window', { generation, from: number * pageSize, count: pageSize })
      if (generation !== extent?.generation || closed) return
      if (stale) return restart()
      pages.delete(number)
      pages.set(number, { rows, stale: known?.stale ?? false })
      for (const oldest of [...pages.keys()].slice(0, -keptPages)) pages.delete(oldest)
      failure = undefined
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error))
      later(againAfter)
    } finally {
      fetching.delete(number)
      if (!closed) {
        tell()
        if (!failure) fetchNext()
      }
    }
  }

  function restart(): void {
    for (const page of pages.values()) page.stale = true
    void count()
  }

  // Rows stand there while the rest is counted; with a text to look for they come as they are found.
  call('logs.first', { filter, order, limit: firstRows }).then(
    (rows) => {
      first = rows
      if (!closed) tell()
    },
    () => undefined,
  )
  void count()

  return {
    extent: () => extent,
    failure: () => failure,
    row: (position) => pages.get(Math.floor(position / pageSize))?.rows[position % pageSize],
    first: () => first,
    want(from, to) {
      const numbers: number[] = []
      for (let number = Math.floor(Math.max(0, from) / pageSize); number * pageSize < to; number += 1) numbers.push(number)
      wanted = numbers
      fetchNext()
    },
    refresh(logId) {
      for (const page of pages.values()) if (logId !== undefined && page.rows.some((row) => row?.id === logId)) page.stale = true
      again = true
      if (!counting) later(pace)
    },
    restart,
    version: () => version,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}
