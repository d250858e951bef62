/** Takes one barcode after another as they come, and holds what is wrong with the latest. */

import { type ReactNode, useRef, useState } from 'react'

export function useTake() {
  const [problem, setProblem] = useState<ReactNode | null>(null)
  const latest = useRef(0)

  /** @param work gives what is wrong with it; null when it was taken */
  async function take(work: () => Promise<ReactNode | null>): Promise<void> {
    latest.current += 1
    const mine = latest.current
    const wrong = await work().catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
    // A reader may have gone on meanwhile.
    if (mine === latest.current) setProblem(wrong)
  }
  return { take, problem, forget: () => setProblem(null) }
}
