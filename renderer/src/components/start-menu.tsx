/** Starts a workflow that was made for the device and has not run yet, or queues it while the device is taken. */

import { Button, Menu, Text } from '@mantine/core'
import { IconChevronDown, IconPlayerPlay, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import type { WorkflowRowWire } from '../../../shared/contract/workflows.ts'
import { useCommand, useLab } from '../api/lab.tsx'
import { LinkMenuItem } from './link.tsx'
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
        {opened && (
          <Startable
            deviceId={deviceId}
            onStart={({ id, auto }) => start.mutate({ workflowId: id, auto: auto ?? true, onBusy: 'queue' })}
          />
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

function Startable({ deviceId, onStart }: { deviceId: string; onStart: (workflow: WorkflowRowWire) => void }) {
  const { data, error } = useLab('workflows.list', { deviceId, status: ['created'], limit: shown })
  if (error) return <Menu.Label>{error.message}</Menu.Label>
  if (!data) return <Menu.Label>Looking for workflows …</Menu.Label>
  return (
    <>
      <Menu.Label>
        {data.rows.length > 0 ? 'Runs by itself to its end, unless it says otherwise' : 'No workflow has been made for it that has not run'}
      </Menu.Label>
      {data.rows.map((row) => (
        <Menu.Item key={row.id} onClick={() => onStart(row)}>
          {row.name}{' '}
          <Text span size="sm" c="dimmed">
            {row.stepCount === 1 ? '1 step' : `${row.stepCount} steps`}
            {row.auto === false && ', by hand'}
          </Text>
        </Menu.Item>
      ))}
      <Menu.Divider />
      <LinkMenuItem to="/workflows" search={{ device: deviceId }}>
        {data.next ? 'More of them' : 'All workflows'}
      </LinkMenuItem>
    </>
  )
}
