/** The bench in one short sentence, for the tray. */

import type { BenchSummary } from '../backend/worker-messages.ts'
import type { LabState } from './lab-host.ts'

export function describeBench(state: LabState, { active, waiting, attention }: BenchSummary): string {
  if (state.kind === 'starting') return 'The lab is starting'
  if (state.kind === 'waiting') return 'Waiting for the database server'
  if (state.kind === 'failed') return 'The lab could not start'
  if (state.kind === 'died') return 'The lab has stopped'
  const parts = [
    attention > 0 && `${attention} ${attention === 1 ? 'needs' : 'need'} a person`,
    active > 0 && `${active} ${active === 1 ? 'run is' : 'runs are'} active`,
    waiting > 0 && `${waiting} ${waiting === 1 ? 'waits' : 'wait'}`,
  ]
  return parts.filter(Boolean).join(', ') || 'Nothing is running'
}
