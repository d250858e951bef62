/**
 * Cancels a statement that takes too long. PostgreSQL's own `statement_timeout` needs signals, which PGlite does not have: it blocks the
 * thread until it is done. But it calls out for every file access and every look at the clock, and there it can be told to stop.
 * A statement that computes in memory only does neither, and runs to its end.
 */

import type { PGlite } from '@electric-sql/pglite'
import type { NodeFS } from '@electric-sql/pglite/nodefs'

/** What PostgreSQL calls often while it works on a statement (names of WASI). */
const systemCalls = ['clock_time_get', 'fd_pread', 'fd_pwrite', 'fd_read', 'fd_write']
type SystemCalls = Record<string, ((...parameters: unknown[]) => unknown) | undefined>

/** PostgreSQL's variables (globals.c): PGlite exports their addresses, but its types do not know. */
type Module = PGlite['Module'] & { _InterruptPending: number; _QueryCancelPending: number; _MyLatch: number }

/** A statement may catch the cancellation, or be where it cannot be cancelled. Milliseconds. */
const againAfter = 100

export class StatementLimit {
  #module: Module | undefined
  #deadline = Number.POSITIVE_INFINITY
  #asked = false

  /** @param fs of a PGlite that is to be created: what prepares it for its files prepares it for this as well */
  constructor(fs: NodeFS) {
    const prepare = fs.init.bind(fs)
    fs.init = async (pglite, options) => {
      const { emscriptenOpts } = await prepare(pglite, options)
      const { instantiateWasm } = emscriptenOpts
      emscriptenOpts.instantiateWasm = (imports: { wasi_snapshot_preview1: SystemCalls }, onSuccess: unknown) => {
        this.#comeBetween(imports.wasi_snapshot_preview1)
        return instantiateWasm?.(imports, onSuccess) ?? {}
      }
      emscriptenOpts.preRun?.push((module) => {
        this.#module = module as Module
      })
      return { emscriptenOpts }
    }
  }

  /** @param limit milliseconds; undefined: none */
  async during<T>(limit: number | undefined, work: () => Promise<T>): Promise<T> {
    if (limit === undefined) return work()
    this.#deadline = performance.now() + limit
    try {
      return await work()
    } finally {
      this.#deadline = Number.POSITIVE_INFINITY
      // It may have come to its end before it noticed; the next statement is not meant.
      if (this.#asked) this.#ask(0)
      this.#asked = false
    }
  }

  /** In place: Emscripten goes on to use the object. */
  #comeBetween(calls: SystemCalls): void {
    for (const name of systemCalls) {
      const call = calls[name]
      if (!call) throw new Error(`PostgreSQL does not call ${name} any more, so its statements could not be interrupted`)
      calls[name] = (...parameters) => {
        this.#look()
        return call(...parameters)
      }
    }
  }

  #look(): void {
    const now = performance.now()
    if (now < this.#deadline) return
    this.#deadline = now + againAfter
    this.#asked = true
    this.#ask(1)
  }

  /** What the handler of SIGINT does (StatementCancelHandler): sets the two flags, and the latch, in case the statement waits for it. */
  #ask(pending: 0 | 1): void {
    const module = this.#module
    if (!module) return
    const memory = new Int32Array(module.HEAPU8.buffer)
    const set = (address: number) => {
      memory[address >> 2] = pending
    }
    set(module._QueryCancelPending)
    set(module._InterruptPending)
    if (pending) set(memory[module._MyLatch >> 2] ?? 0)
  }
}
