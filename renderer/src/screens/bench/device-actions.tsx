/** What a person can do for a device right now, as buttons: the likeliest first. */

import { Button, Group } from '@mantine/core'
import {
  IconCheck,
  IconCircleCheck,
  IconLockOpen,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipForward,
  IconTool,
} from '@tabler/icons-react'
import { useState } from 'react'
import type { BenchDeviceWire, HolderWire } from '../../../../shared/contract/bench.ts'
import { useCommand } from '../../api/lab.tsx'
import { RecoverDialog } from '../../components/recover-dialog.tsx'
import { tellDone } from '../../components/tell.tsx'
import { ReleaseDialog } from './release-dialog.tsx'
import { StartMenu } from './start-menu.tsx'

export function DeviceActions({ item: { device, holder } }: { item: BenchDeviceWire }) {
  return (
    <Group gap="xs">
      {holder && <HolderActions deviceId={device.id} deviceName={device.name} holder={holder} />}
      {device.bookable && <StartMenu deviceId={device.id} deviceName={device.name} free />}
      {device.mode === 'maintenance' && <BackIntoService deviceId={device.id} deviceName={device.name} />}
    </Group>
  )
}

type HolderProps = { deviceId: string; deviceName: string; holder: HolderWire }

function HolderActions({ deviceId, deviceName, holder }: HolderProps) {
  const { workflowId, status, auto, step, stepsDone, stepCount } = holder
  const [open, setOpen] = useState<'recover' | 'release' | null>(null)
  const close = () => setOpen(null)
  const name = holder.workflowName ?? workflowId
  const pause = useCommand('workflows.pause', {
    onSuccess: ({ status: now }) => tellDone(now === 'paused' ? `"${name}" is paused.` : `"${name}" pauses after this step.`),
  })
  const resume = useCommand('workflows.resume', { onSuccess: () => tellDone(`"${name}" goes on.`) })
  const execute = useCommand('workflows.executeStep')
  const complete = useCommand('workflows.complete', { onSuccess: () => tellDone(`"${name}" is completed.`) })
  const stepRuns = step?.status === 'running'
  const byHand = status === 'running' && !auto && !stepRuns

  return (
    <>
      {(status === 'awaiting_recovery' || status === 'interrupted') && (
        <Button leftSection={<IconCheck aria-hidden size="1.1em" />} onClick={() => setOpen('recover')}>
          Recover…
        </Button>
      )}
      {byHand && stepsDone < stepCount && (
        <Button
          leftSection={<IconPlayerSkipForward aria-hidden size="1.1em" />}
          loading={execute.isPending}
          onClick={() => execute.mutate({ workflowId })}
        >
          Run the next step
        </Button>
      )}
      {byHand && (
        <Button
          variant={stepsDone < stepCount ? 'default' : 'filled'}
          leftSection={<IconCircleCheck aria-hidden size="1.1em" />}
          loading={complete.isPending}
          onClick={() => complete.mutate({ workflowId })}
        >
          Complete
        </Button>
      )}
      {status === 'running' && !holder.pauseRequested && (
        <Button
          variant="default"
          leftSection={<IconPlayerPause aria-hidden size="1.1em" />}
          loading={pause.isPending}
          onClick={() => pause.mutate({ workflowId })}
        >
          Pause
        </Button>
      )}
      {status === 'paused' && (
        <Button
          leftSection={<IconPlayerPlay aria-hidden size="1.1em" />}
          loading={resume.isPending}
          onClick={() => resume.mutate({ workflowId })}
        >
          Resume
        </Button>
      )}
      <Button variant="default" leftSection={<IconLockOpen aria-hidden size="1.1em" />} onClick={() => setOpen('release')}>
        Release…
      </Button>
      <RecoverDialog workflowId={workflowId} opened={open === 'recover'} onClose={close} />
      <ReleaseDialog deviceId={deviceId} deviceName={deviceName} holder={holder} opened={open === 'release'} onClose={close} />
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
