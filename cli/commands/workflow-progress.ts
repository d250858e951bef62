/** How far a workflow is, in a few words. */

import type { Workflow } from '../wire.ts'

/** `2/3 incubate (running)`; null when it has no steps. */
export function progressOf({ steps }: Workflow): string | null {
  if (steps.length === 0) return null
  const current = steps.find(({ status }) => !['completed', 'skipped'].includes(status))
  if (current) return `${current.step_index + 1}/${steps.length} ${current.operation} (${current.status})`
  return `${steps.filter(({ status }) => status === 'completed').length}/${steps.length} done`
}
