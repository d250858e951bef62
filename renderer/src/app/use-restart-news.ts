/** Tells that a backup was not put back, or a new lab not made, after all: whoever asked was told that the lab starts again with it. */

import type { Push } from '../../../shared/contract/messages.ts'
import { usePush } from '../api/lab.tsx'
import { eventReason } from '../components/event-words.ts'
import { tellTrouble } from '../components/tell.tsx'

export function useRestartNews(): void {
  usePush(tell)
}

function tell(push: Push): void {
  if (push.topic !== 'event' || push.event.kind !== 'lab.restart_failed') return
  const reason = (eventReason(push.event) ?? 'the log says why').replace(/\.$/, '')
  tellTrouble(
    'The lab is as it was before',
    `It could not start again with other data: ${reason}. Nothing of it was changed; what ran was interrupted.`,
  )
}
