/** What a person can do for a device right now, as buttons: the likeliest first. */

import { Button, Group } from '@mantine/core'
import { IconLockOpen, IconTool } from '@tabler/icons-react'
import { useState } from 'react'
import type { BenchDeviceWire, HolderWire } from '../../../../shared/contract/bench.ts'
import { useCommand } from '../../api/lab.tsx'
import { StartMenu } from '../../components/start-menu.tsx'
import { tellDone } from '../../components/tell.tsx'
import { ActionButton } from '../../components/workflow-actions/action-buttons.tsx'
import { actionableHolder } from '../../components/workflow-actions/actionable.ts'
import { allowedActions, type WorkflowAction } from '../../components/workflow-actions/allowed-actions.ts'
import type { WorkflowActionsInUse } from '../../components/workflow-actions/use-workflow-actions.tsx'
import { ReleaseDialog } from './release-dialog.tsx'

/** The others are in the menu, or where the workflow stands whole. */
const onCard: ReadonlySet<WorkflowAction> = new Set(['start', 'run_step', 'recover', 'resume', 'keep_running', 'pause', 'complete'])

type Props = { item: BenchDeviceWire; onAction: WorkflowActionsInUse['begin'] }

export function DeviceActions({ item: { device, holder }, onAction }: Props) {
  const workflow = holder && actionableHolder(holder)
  const actions = workflow ? allowedActions(workflow).filter((action) => onCard.has(action)) : []
  return (
    <Group gap="xs">
      {workflow && actions.map((action) => <ActionButton key={action} action={action} workflow={workflow} onAction={onAction} />)}
      <Release deviceId={device.id} deviceName={device.name} holder={holder} />
      {device.bookable && <StartMenu deviceId={device.id} deviceName={device.name} free />}
      {device.mode === 'maintenance' && <BackIntoService deviceId={device.id} deviceName={device.name} />}
    </Group>
  )
}

/** The dialog is about who had the device when it was opened, whoever has it by now. */
function Release({ deviceId, deviceName, holder }: { deviceId: string; deviceName: string; holder: HolderWire | null }) {
  const [asked, setAsked] = useState<HolderWire | null>(null)
  const [opened, setOpened] = useState(false)
  return (
    <>
      {holder && (
        <Button
          variant="default"
          leftSection={<IconLockOpen aria-hidden size="1.1em" />}
          onClick={() => {
            setAsked(holder)
            setOpened(true)
          }}
        >
          Release…
        </Button>
      )}
      {asked && (
        <ReleaseDialog
          deviceId={deviceId}
          deviceName={deviceName}
          asked={asked}
          holder={holder}
          opened={opened}
          onClose={() => setOpened(false)}
        />
      )}
    </>
  )
}

function BackIntoService({ deviceId, deviceName }: { deviceId: string; deviceName: string }) {
  const change = useCommand('devices.change', { onSuccess: () => tellDone(`${deviceName} is back in service.`) })
  return (
    <Button
      leftSection={<IconTool aria-hidden size="1.1em" />}
      loading={change.isPending}
      onClick={() => change.mutate({ deviceId, mode: 'processing' })}
    >
      Back into service
    </Button>
  )
}
