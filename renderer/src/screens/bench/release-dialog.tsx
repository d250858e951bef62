/** Takes a device from its holder: plainly from a script that forgot it, by force and with a reason from a workflow. */

import type { HolderWire } from '../../../../shared/contract/bench.ts'
import { useCommand } from '../../api/lab.tsx'
import { ReasonDialog } from '../../components/reason-dialog.tsx'
import { tellDone } from '../../components/tell.tsx'

type Props = { deviceId: string; deviceName: string; holder: HolderWire; opened: boolean; onClose: () => void }

export function ReleaseDialog({ deviceId, deviceName, holder, opened, onClose }: Props) {
  const { workflowId, status, step } = holder
  const name = holder.workflowName ?? workflowId
  const release = useCommand('devices.release', {
    onSuccess: ({ next }) => tellDone(next ? `${deviceName} is released; the next in line has it now.` : `${deviceName} is released.`),
  })
  const running = step?.status === 'running'
  const force = status !== null || running
  const whatHappens = running
    ? `"${step.operation}" is stopped, and ${deviceName} goes to the next in its queue.`
    : `${deviceName} goes to the next in its queue.`
  const ofWorkflow = status === 'running' ? ` "${name}" is paused; resumed, it queues for the device again.` : ''

  return (
    <ReasonDialog
      opened={opened}
      onClose={onClose}
      title={`Release ${deviceName}`}
      text={`"${name}" has it. ${whatHappens}${ofWorkflow}`}
      confirm={force ? 'Release by force' : 'Release'}
      danger={force}
      required={force}
      onConfirm={(reason) => release.mutate({ deviceId, ...(force ? { force } : { workflowId }), ...(reason ? { reason } : {}) })}
    />
  )
}
