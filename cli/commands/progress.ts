/** How far a transfer is: in place on a terminal, silent where nobody looks. */

import type { Writable } from 'node:stream'

export type Progress = {
  add(bytes: number): void
  bytes(): number
  /** `6.9 MB in 1.2 s` */
  summary(): string
  /** Clears the line. */
  end(): void
}

/** Milliseconds. */
const every = 200

export function createProgress(to: Writable & { isTTY?: boolean }): Progress {
  const began = performance.now()
  let bytes = 0
  let shown = 0

  const summary = () => `${(bytes / 1e6).toFixed(1)} MB in ${((performance.now() - began) / 1000).toFixed(1)} s`
  return {
    add(more) {
      bytes += more
      if (!to.isTTY || performance.now() - shown < every) return
      shown = performance.now()
      to.write(`\r${summary()} …`)
    },
    bytes: () => bytes,
    summary,
    end() {
      // "Erase in line" of ECMA-48: Windows' terminal knows it as well.
      if (shown > 0) to.write('\r\u001b[K')
    },
  }
}
