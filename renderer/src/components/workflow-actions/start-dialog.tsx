/** How a workflow starts: by itself or by hand, and what happens when its device is busy. */

import { Button, Group, Input, Modal, Radio, SegmentedControl, Stack, Text } from '@mantine/core'
import { type SubmitEvent, useState } from 'react'
import type { BenchDeviceWire } from '../../../../shared/contract/bench.ts'
import { type Priority, priorities } from '../../../../shared/domain/queue.ts'
import { useCommand, useLab } from '../../api/lab.tsx'
import { tellDone } from '../tell.tsx'
import { priorityWords } from '../words.ts'
import type { ActionableWorkflow } from './actionable.ts'

type Props = { workflow: ActionableWorkflow; opened: boolean; onClose: () => void }

export function StartDialog({ workflow, opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Start" closeButtonProps={{ 'aria-label': 'Close' }}>
      <StartForm workflow={workflow} onClose={onClose} />
    </Modal>
  )
}

function StartForm({ workflow, onClose }: { workflow: ActionableWorkflow; onClose: () => void }) {
  const [how, setHow] = useState<'auto' | 'manual'>(workflow.auto === false ? 'manual' : 'auto')
  const [onBusy, setOnBusy] = useState<'queue' | 'fail'>('queue')
  const [priority, setPriority] = useState<Priority>(workflow.priority)
  const bench = useLab('bench.list', {})
  const device = bench.data?.find((item) => item.device.id === workflow.deviceId)
  const start = useCommand('workflows.start', {
    onSuccess: ({ outcome }) => {
      tellDone(outcome === 'running' ? `"${workflow.name}" runs.` : `"${workflow.name}" waits in the queue.`)
      onClose()
    },
  })

  function submit(event: SubmitEvent): void {
    event.preventDefault()
    start.mutate({ workflowId: workflow.id, auto: how === 'auto', onBusy, priority })
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <Text>
          <b>{workflow.name}</b> on {device?.device.name ?? workflow.deviceId}. {device && howItStands(device)}
        </Text>
        <Radio.Group label="Steps" value={how} onChange={(value) => setHow(value as typeof how)}>
          <Stack gap="xs" mt="xs">
            <Radio data-autofocus value="auto" label="Automatic" description="One after another by itself; it completes after the last." />
            <Radio value="manual" label="By hand" description="Each when you say so." />
          </Stack>
        </Radio.Group>
        <Radio.Group label="When the device is busy" value={onBusy} onChange={(value) => setOnBusy(value as typeof onBusy)}>
          <Stack gap="xs" mt="xs">
            <Radio value="queue" label="Wait in its queue" />
            <Radio value="fail" label="Do not start" />
          </Stack>
        </Radio.Group>
        {onBusy === 'queue' && (
          <Stack gap={4}>
            <Input.Label component="div" id="start-priority">
              Priority in the queue
            </Input.Label>
            <SegmentedControl
              aria-labelledby="start-priority"
              value={priority}
              onChange={(value) => setPriority(value as Priority)}
              data={priorities.map((value) => ({ value, label: priorityWords[value] }))}
            />
          </Stack>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Not yet
          </Button>
          <Button type="submit" loading={start.isPending}>
            Start
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function howItStands({ device, holder, queue }: BenchDeviceWire): string {
  if (device.bookable) return 'It is free: the workflow starts at once.'
  if (device.connection === 'offline') return 'It is offline: the workflow would wait until it is back.'
  if (device.mode === 'maintenance') return 'It is in maintenance: the workflow would wait until it is back.'
  const who = holder ? `"${holder.workflowName ?? holder.workflowId}" holds it` : 'It is busy'
  return queue.length > 0 ? `${who}, and ${queue.length} wait${queue.length === 1 ? 's' : ''} already.` : `${who}; nobody else waits.`
}
