/** PGlite's files on disk, flushed when PostgreSQL asks for it and something was written. */

import { fsyncSync } from 'node:fs'
import type { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'

export type DurableOptions = {
  /** Everything in the folder is on the disk already, so what is not written to needs no flush. */
  isFlushed: boolean
  /** Hears the name of each file that was flushed. */
  onFlush: (name: string) => void
  /** `fs.fsyncSync` unless a test counts or breaks it. */
  flush?: (descriptor: number) => void
}

type ModuleOptions = Parameters<NodeFS['init']>[1]

/** What of Emscripten's file system on Node is used here; its own types do not know it. */
type FileSystem = {
  tryFSOperation<T>(operation: () => T): T
  node_ops: {
    mknod: (...args: [parent: Node, name: string, ...others: unknown[]]) => Node
    setattr: (...args: [node: Node, ...others: unknown[]]) => unknown
  }
  stream_ops: {
    write: (...args: [stream: Stream, ...others: unknown[]]) => unknown
    setattr: (...args: [stream: Stream, ...others: unknown[]]) => unknown
    fsync?: (stream: Stream) => number
  }
}
type Node = { name: string; mode: number }
type Stream = { nfd: number; node: Node }

/**
 * PGlite's NodeFS leaves fsync out, so a commit would be safe from a crash of the program but not from a power cut.
 * Goes away when PGlite's own file system flushes.
 */
export class DurableNodeFs extends NodeFS {
  readonly #options: DurableOptions

  constructor(folder: string, options: DurableOptions) {
    super(folder)
    this.#options = options
  }

  override async init(pglite: PGlite, options: ModuleOptions) {
    const { emscriptenOpts } = await super.init(pglite, options)
    emscriptenOpts.preRun?.push((module) => {
      addFlush((module.FS as unknown as { filesystems: { NODEFS: FileSystem } }).filesystems.NODEFS, this.#options)
    })
    return { emscriptenOpts }
  }
}

/** PostgreSQL flushes every file twice when it recovers from a crash, one after the other: on a turning disk that alone would take seconds. */
function addFlush({ tryFSOperation, node_ops, stream_ops }: FileSystem, { isFlushed, onFlush, flush = fsyncSync }: DurableOptions): void {
  const written = new WeakMap<Node, boolean>()
  const { mknod, setattr } = node_ops
  const { write, setattr: setStreamAttributes } = stream_ops

  node_ops.mknod = (...args) => {
    const node = mknod(...args)
    written.set(node, true)
    return node
  }
  node_ops.setattr = (...args) => {
    written.set(args[0], true)
    return setattr(...args)
  }
  stream_ops.setattr = (...args) => {
    written.set(args[0].node, true)
    return setStreamAttributes(...args)
  }
  stream_ops.write = (...args) => {
    written.set(args[0].node, true)
    return write(...args)
  }
  stream_ops.fsync = ({ nfd, node }) => {
    // Windows flushes no folder, and keeps names by itself.
    if (isFolder(node) && process.platform === 'win32') return 0
    if (!isFolder(node) && !(written.get(node) ?? !isFlushed)) return 0
    // Turns a failure into the errno that PostgreSQL expects; anything else that is thrown would be swallowed on the way.
    tryFSOperation(() => flush(nfd))
    written.set(node, false)
    onFlush(node.name)
    return 0
  }
}

/** S_IFDIR of S_IFMT, stat(2). */
function isFolder({ mode }: Node): boolean {
  return (mode & 0o170000) === 0o040000
}
