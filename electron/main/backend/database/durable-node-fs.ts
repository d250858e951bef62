/** PGlite's files on disk, flushed when PostgreSQL asks for it. */

import { fsyncSync } from 'node:fs'
import type { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'

type ModuleOptions = Parameters<NodeFS['init']>[1]

/** What of Emscripten's file system on Node is used here; its own types do not know it. */
type NodeFileSystem = {
  tryFSOperation<T>(operation: () => T): T
  stream_ops: { fsync?: (stream: { nfd: number; node: { name: string; mode: number } }) => number }
}

export type DurableOptions = {
  /** Hears the name of each file that was flushed. */
  onFlush: (name: string) => void
  /** `fs.fsyncSync` unless a test counts or breaks it. */
  flush?: (descriptor: number) => void
}

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
    const { onFlush, flush = fsyncSync } = this.#options
    emscriptenOpts.preRun?.push((module) => {
      const fileSystem = (module.FS as unknown as { filesystems: { NODEFS: NodeFileSystem } }).filesystems.NODEFS
      fileSystem.stream_ops.fsync = ({ nfd, node }) => {
        // Windows flushes no folder, and keeps names by itself.
        if (process.platform === 'win32' && isFolder(node.mode)) return 0
        // Turns a failure into the errno that PostgreSQL expects; anything else that is thrown would be swallowed on the way.
        fileSystem.tryFSOperation(() => flush(nfd))
        onFlush(node.name)
        return 0
      }
    })
    return { emscriptenOpts }
  }
}

/** S_IFDIR of S_IFMT, stat(2). */
function isFolder(mode: number): boolean {
  return (mode & 0o170000) === 0o040000
}
