/** Starts a workflow that was made for the device and has not run yet, or queues it while the device is taken. */

import { Button, Menu, Text } from '@mantine/core'
import { IconChevronDown, IconPlayerPlay, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useCommand, useLab } from '../api/lab.tsx'
import { tellDone } from './tell.tsx'

/** As many as a menu can show; the others are in the list of workflows. */
const shown = 8

export function StartMenu({ deviceId, deviceName, free }: { deviceId: string; deviceName: string; free: boolean }) {
  const [opened, setOpened] = useState(false)
  const start = useCommand('workflows.start', {
    onSuccess: ({ outcome, workflow }) =>
      tellDone(outcome === 'running' ? `"${workflow.name}" has ${deviceName} and runs.` : `"${workflow.name}" waits for ${deviceName}.`),
  })
  return (
    <Menu opened={opened} onChange={setOpened} position="bottom-start" withinPortal>
      <Menu.Target>
        <Button
          variant="default"
          aria-label={free ? `Start a workflow on ${deviceName}` : `Queue a workflow for ${deviceName}`}
          leftSection={free ? <IconPlayerPlay aria-hidden size="1.1em" /> : <IconPlus aria-hidden size="1.1em" />}
          rightSection={<IconChevronDown aria-hidden size="1.1em" />}
          loading={start.isPending}
        >
          {free ? 'Start' : 'Queue'}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {/* Somebody may be quicker: then it waits, as the person wants the device. */}
        {opened && <Startable deviceId={deviceId} onStart={(workflowId) => start.mutate({ workflowId, auto: true, onBusy: 'queue' })} />}
      </Menu.Dropdown>
    </Menu>
  )
}

function Startable({ deviceId, onStart }: { deviceId: string; onStart: (workflowId: string) => void }) {
  const { data, error } = useLab('workflows.list', { deviceId, status: ['created'], limit: shown })
  if (error) return <Menu.Label>{error.message}</Menu.Label>
  if (!data) return <Menu.Label>Looking for workflows …</Menu.Label>
  return (
    <>
      <Menu.Label>{data.rows.length > 0 ? 'Runs by itself to its end' : 'No workflow has been made for it that has not run'}</Menu.Label>
      {data.rows.map(({ id, name, stepCount }) => (
        <Menu.Item key={id} onClick={() => onStart(id)}>
          {name}{' '}
          <Text span size="sm" c="dimmed">
            {stepCount === 1 ? '1 step' : `${stepCount} steps`}
          </Text>
        </Menu.Item>
      ))}
      <Menu.Divider />
      <Menu.Item component="a" href={`#/workflows?device=${deviceId}`}>
        {data.next ? 'More of them' : 'All workflows'}
      </Menu.Item>
    </>
  )
}
