/** Pausing: whether the device is kept meanwhile. */

import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core'
import { type SubmitEvent, useState } from 'react'
import { useCommand } from '../../api/lab.tsx'
import { tellDone } from '../tell.tsx'
import type { ActionableWorkflow } from './actionable.ts'

type Props = { workflow: ActionableWorkflow; opened: boolean; onClose: () => void }

export function PauseDialog({ workflow, opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Pause" closeButtonProps={{ 'aria-label': 'Close' }}>
      <PauseForm workflow={workflow} onClose={onClose} />
    </Modal>
  )
}

function PauseForm({ workflow, onClose }: { workflow: ActionableWorkflow; onClose: () => void }) {
  const [device, setDevice] = useState<'keep' | 'release'>('keep')
  const pause = useCommand('workflows.pause', {
    onSuccess: ({ status }) => {
      tellDone(status === 'paused' ? `"${workflow.name}" is paused.` : `"${workflow.name}" pauses when its running step has ended.`)
      onClose()
    },
  })

  function submit(event: SubmitEvent): void {
    event.preventDefault()
    pause.mutate({ workflowId: workflow.id, releaseDevice: device === 'release' })
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <Text>
          <b>{workflow.name}</b> stops {workflow.stepRuns ? 'when its running step has ended' : 'before its next step'}, until you resume
          it.
        </Text>
        <Radio.Group label="Its device meanwhile" value={device} onChange={(value) => setDevice(value as typeof device)}>
          <Stack gap="xs" mt="xs">
            <Radio data-autofocus value="keep" label="Keep it" description="Nobody else can use it." />
            <Radio
              value="release"
              label="Release it"
              description="The next in the queue gets it; to resume, this workflow has to get it again."
            />
          </Stack>
        </Radio.Group>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Let it run
          </Button>
          <Button type="submit" loading={pause.isPending}>
            Pause
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
