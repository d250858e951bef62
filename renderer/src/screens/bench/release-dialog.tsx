/** Takes a device from its holder: plainly from a script that forgot it, by force and with a reason from a workflow. */

import { Button, Group, Modal, Text } from '@mantine/core'
import type { HolderWire } from '../../../../shared/contract/bench.ts'
import { useCommand } from '../../api/lab.tsx'
import { ReasonDialog } from '../../components/reason-dialog.tsx'
import { tellDone } from '../../components/tell.tsx'

type Props = {
  deviceId: string
  deviceName: string
  /** Who had it when the person was asked. */
  asked: HolderWire
  /** Who has it now. */
  holder: HolderWire | null
  opened: boolean
  onClose: () => void
}

export function ReleaseDialog({ deviceId, deviceName, asked, holder, opened, onClose }: Props) {
  const { workflowId } = asked
  const release = useCommand('devices.release', {
    onSuccess: ({ next }) => {
      tellDone(next ? `${deviceName} is released; the next in line has it now.` : `${deviceName} is released.`)
      onClose()
    },
  })
  const stillHas = holder?.workflowId === workflowId
  // While it is being released, and while the dialog fades out, it is no news that somebody else has it.
  if (opened && !stillHas && !release.isPending) {
    return (
      <Modal opened onClose={onClose} title={`Release ${deviceName}`} closeButtonProps={{ 'aria-label': 'Close' }} centered>
        <Text role="alert">
          "{nameOf(asked)}" no longer has {deviceName}
          {holder ? `; "${nameOf(holder)}" has it now` : ''}. Nothing was released.
        </Text>
        <Group justify="flex-end" mt="md">
          <Button data-autofocus onClick={onClose}>
            Leave it as it is
          </Button>
        </Group>
      </Modal>
    )
  }

  const { status, step } = stillHas ? holder : asked
  const name = nameOf(asked)
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
      pending={release.isPending}
      onConfirm={(reason) => release.mutate({ deviceId, workflowId, ...(force ? { force } : {}), ...(reason ? { reason } : {}) })}
    />
  )
}

function nameOf({ workflowName, workflowId }: HolderWire): string {
  return workflowName ?? workflowId
}
