/** What a workflow is: device, priority, way of running, who made it, when. */

import { Paper, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import type { WorkflowWire } from '../../../../../shared/contract/workflows.ts'
import { useLab } from '../../../api/lab.tsx'
import { LinkAnchor } from '../../../components/link.tsx'
import { Instant } from '../../../components/time.tsx'
import { formatDuration } from '../../../components/time-format.ts'
import { priorityWords } from '../../../components/words.ts'
import styles from './workflow-facts.module.css'

export function WorkflowFacts({ workflow }: { workflow: WorkflowWire }) {
  const { data: devices } = useLab('devices.list', {})
  const { startedAt, completedAt } = workflow
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4" mb="xs">
        Facts
      </Title>
      <dl className={styles.facts}>
        <Fact name="Device">
          <LinkAnchor to="/queues" search={{ device: workflow.deviceId }} inherit>
            {devices?.find(({ id }) => id === workflow.deviceId)?.name ?? workflow.deviceId}
          </LinkAnchor>
        </Fact>
        <Fact name="Priority">{priorityWords[workflow.priority]}</Fact>
        <Fact name="Steps run">{workflow.auto === null ? 'as chosen at its start' : workflow.auto ? 'automatically' : 'by hand'}</Fact>
        <Fact name="Operator">{workflow.operator ?? 'not named'}</Fact>
        <Time name="Created" at={workflow.createdAt} />
        <Time name="Queued" at={workflow.queuedAt} />
        <Time name="Started" at={startedAt} />
        <Time name="Ended" at={completedAt} />
        {startedAt && completedAt && (
          <Fact name="Took">{formatDuration(Math.max(0, (Date.parse(completedAt) - Date.parse(startedAt)) / 1000))}</Fact>
        )}
        <Fact name="Id">
          <Text size="xs" ff="monospace" className={styles.id}>
            {workflow.id}
          </Text>
        </Fact>
      </dl>
    </Paper>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Time({ name, at }: { name: string; at: string | null }) {
  return at === null ? null : (
    <Fact name={name}>
      <Instant at={at} seconds />
    </Fact>
  )
}
